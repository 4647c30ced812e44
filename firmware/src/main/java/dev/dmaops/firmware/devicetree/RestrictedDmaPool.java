package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import java.util.Optional;

/**
 * Reserved memory through which all DMA of a device has to go: a region compatible with {@code restricted-dma-pool}.
 *
 * @param region the region
 * @param forbidden properties it has and must not have ({@code reusable}, {@code no-map}, {@code linux,cma-default},
 *     {@code linux,dma-default}); with any of them Linux refuses to make a pool of it
 */
public record RestrictedDmaPool(ReservedMemory region, List<String> forbidden) {
    private static final String COMPATIBLE = "restricted-dma-pool";
    private static final List<String> FORBIDDEN =
            List.of("reusable", "linux,cma-default", "linux,dma-default", "no-map");

    /** Copies the list. */
    public RestrictedDmaPool {
        forbidden = List.copyOf(forbidden);
    }

    /**
     * The pools of a tree, disabled ones included.
     *
     * @param tree the tree
     * @return the pools in order
     * @throws FirmwareException if the reserved memory cannot be read
     */
    public static List<RestrictedDmaPool> of(DeviceTree tree) {
        return ReservedMemory.of(tree).stream()
                .filter(region -> region.node().isCompatible(COMPATIBLE))
                .map(region -> new RestrictedDmaPool(
                        region, FORBIDDEN.stream().filter(region.node()::has).toList()))
                .toList();
    }

    /**
     * The pool of a device (Linux 6.12 of_dma_set_restricted_buffer): the first available one in its own
     * {@code memory-region}, or in that of its configuring node if it has none itself.
     *
     * @param device the node of the device, or empty if it has none, as most PCI devices
     * @param configuring the node that configures its DMA: the same node, or for PCI the host bridge
     * @return the pool, or empty if none is named
     * @throws FirmwareException if {@code memory-region} or the reserved memory cannot be read
     */
    public static Optional<RestrictedDmaPool> ofDevice(Optional<DeviceTreeNode> device, DeviceTreeNode configuring) {
        DeviceTreeNode owner = device.filter(d ->
                        d.property("memory-region").filter(p -> !p.isEmpty()).isPresent())
                .orElse(configuring);
        List<RestrictedDmaPool> pools = of(owner.tree());
        return ReservedMemory.namedBy(owner).stream()
                .filter(node -> node.isCompatible(COMPATIBLE) && node.available())
                .findFirst()
                .flatMap(node -> pools.stream()
                        .filter(pool -> pool.region().node() == node)
                        .findFirst());
    }

    /** {@return whether Linux makes a pool of the region: it is available and has no forbidden property} */
    public boolean usable() {
        return region.node().available() && forbidden.isEmpty();
    }
}
