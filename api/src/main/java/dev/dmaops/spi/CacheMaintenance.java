package dev.dmaops.spi;

import dev.dmaops.api.DmaDirection;

/** What must be done to CPU caches for devices that do not snoop them. */
public interface CacheMaintenance {
    /** Makes the CPU's writes reach memory, before the device looks. */
    void forDevice(long physical, long bytes, DmaDirection direction);

    /** Drops stale lines, before the CPU looks. */
    void forCpu(long physical, long bytes, DmaDirection direction);

    /** Line size in bytes, a power of two; 1 on machines whose devices all snoop. */
    int lineBytes();

    /**
     * Lets the CPU's accesses to whole pages go past its cache until {@link #endUncached}: what coherent memory of a device
     * that does not snoop needs. Linux cleans the lines and maps the pages a second time (arch_dma_prep_coherent and
     * DMA_DIRECT_REMAP, kernel/dma/direct.c, 6.12).
     *
     * @param physical first byte, on a page
     * @param bytes whole pages
     * @implSpec Does nothing, as is right for machines whose devices all snoop.
     */
    default void beginUncached(long physical, long bytes) {}

    /** Ends {@link #beginUncached}, before the pages are given back. */
    default void endUncached(long physical, long bytes) {}
}
