package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way of a device's memory accesses through the buses (Linux 6.12 drivers/of/address.c, __of_get_dma_parent): from a node
 * to the interconnect it names {@code dma-mem}, or else to its parent node.
 */
public final class DmaParents {
    private DmaParents() {}

    /**
     * The next bus on the way to memory.
     *
     * @param node a device or bus
     * @return its DMA parent; empty for the root. An {@code interconnects} list that cannot be read up to its {@code dma-mem}
     *     entry does not count, as in Linux
     */
    public static Optional<DeviceTreeNode> of(DeviceTreeNode node) {
        int index = namedDmaMem(node);
        if (index >= 0) {
            try {
                Optional<DeviceTreeNode> provider = interconnect(node, index);
                if (provider.isPresent()) {
                    return provider;
                }
            } catch (FirmwareException unusable) {
                return node.parent();
            }
        }
        return node.parent();
    }

    /**
     * All buses on the way to memory.
     *
     * @param node a device or bus
     * @return its DMA parent, that one's DMA parent, and so on up to the root
     */
    public static List<DeviceTreeNode> chain(DeviceTreeNode node) {
        List<DeviceTreeNode> chain = new ArrayList<>();
        for (Optional<DeviceTreeNode> bus = of(node); bus.isPresent(); bus = of(bus.get())) {
            chain.add(bus.get());
        }
        return List.copyOf(chain);
    }

    /**
     * The interconnects of a device.
     *
     * @param node a device or bus
     * @return the providers with their arguments, in order; empty if it names none
     * @throws FirmwareException if the list cannot be read
     */
    public static List<PhandleReference> interconnects(DeviceTreeNode node) {
        return PhandleReference.list(node, "interconnects", "#interconnect-cells");
    }

    private static int namedDmaMem(DeviceTreeNode node) {
        Optional<DeviceTreeProperty> names = node.property("interconnect-names");
        if (names.isEmpty()) {
            return -1;
        }
        try {
            return names.get().strings().indexOf("dma-mem");
        } catch (FirmwareException unusable) {
            return -1;
        }
    }

    private static Optional<DeviceTreeNode> interconnect(DeviceTreeNode node, int index) {
        return node.property("interconnects")
                .flatMap(list -> PhandleReference.entry(list, index, "#interconnect-cells"))
                .map(PhandleReference::target);
    }
}
