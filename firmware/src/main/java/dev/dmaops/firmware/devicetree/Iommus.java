package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The IOMMUs that a device's own node names. */
public final class Iommus {
    private static final String XEN_GRANT_DMA = "xen,grant-dma";

    private Iommus() {}

    /**
     * The {@code iommus} of a device.
     *
     * @param device the node of the device
     * @return the IOMMUs with their arguments (stream ids, masters), in order; empty if it names none
     * @throws FirmwareException if an IOMMU does not exist, lacks {@code #iommu-cells}, or arguments are missing
     */
    public static List<PhandleReference> of(DeviceTreeNode device) {
        return PhandleReference.list(device, "iommus", "#iommu-cells");
    }

    /**
     * The Xen domain that serves a virtio device through grants (Linux 6.12 drivers/xen/grant-dma-ops.c): its first IOMMU is the
     * pseudo IOMMU {@code xen,grant-dma} with one argument.
     *
     * @param device the node of the virtio transport
     * @return the backend's domain id; empty if the device does not use grants
     * @throws FirmwareException if {@code iommus} cannot be read
     */
    public static OptionalLong xenGrantDomain(DeviceTreeNode device) {
        Optional<PhandleReference> first = of(device).stream().findFirst();
        return first.filter(
                        r -> r.target().isCompatible(XEN_GRANT_DMA) && r.args().size() == 1)
                .map(r -> OptionalLong.of(r.args().getFirst()))
                .orElse(OptionalLong.empty());
    }

    /**
     * The same for a virtio device on PCI, which the host bridge's {@code iommu-map} describes.
     *
     * @param bridge the node of the host bridge
     * @param requesterId requester id of the PCI device, 16 bits
     * @return the backend's domain id; empty if the device does not use grants
     * @throws FirmwareException if the map cannot be read
     */
    public static OptionalLong xenGrantDomain(DeviceTreeNode bridge, long requesterId) {
        return IommuMap.of(bridge)
                .flatMap(map -> map.translate(requesterId))
                .filter(t -> t.iommu().isCompatible(XEN_GRANT_DMA))
                .map(t -> OptionalLong.of(t.id()))
                .orElse(OptionalLong.empty());
    }

    /**
     * Asks whether a node is a virtio transport.
     *
     * @param node any node
     * @return whether it is compatible with {@code virtio,mmio}
     */
    public static boolean isVirtioTransport(DeviceTreeNode node) {
        return node.isCompatible("virtio,mmio");
    }
}
