package dev.dmaops.backend.direct;

import java.util.List;

/**
 * A platform capability: coherent memory that devices have of their own, such as an adapter's SRAM or a {@code shared-dma-pool}
 * node with {@code no-map}. A platform or a test offers it as a hook.
 *
 * @param regions one region at most for each device
 */
public record DeclaredCoherentMemory(List<Region> regions) {
    /** Copies the list. */
    public DeclaredCoherentMemory {
        regions = List.copyOf(regions);
    }

    /**
     * One device's memory. It must be RAM of the machine that nothing else uses.
     *
     * @param device the device's id
     * @param physical first byte
     * @param bytes length, whole pages
     * @param dma DMA address of the first byte
     */
    public record Region(String device, long physical, long bytes, long dma) {}
}
