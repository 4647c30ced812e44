package dev.dmaops.backend.direct;

import dev.dmaops.spi.PageAllocator;

/**
 * Memory of one device's own from which all of its coherent memory comes (dma_declare_coherent_memory, kernel/dma/coherent.c, 6.12).
 * When it is full the allocation fails; nothing else is tried.
 */
final class CoherentRegion {
    private final long physical;
    private final long deviceBase;
    private final PageBitmap pages;

    /**
     * A region.
     *
     * @param physical first byte
     * @param bytes length
     * @param deviceBase DMA address of the first byte
     * @param pageBytes page size
     */
    CoherentRegion(long physical, long bytes, long deviceBase, long pageBytes) {
        this.physical = physical;
        this.deviceBase = deviceBase;
        pages = new PageBitmap(physical, (int) (bytes / pageBytes), pageBytes);
    }

    /** Physical address of free memory, aligned to its own order, or {@link PageAllocator#NO_PAGES}. */
    long allocate(long bytes) {
        return pages.allocate(bytes, true);
    }

    /** Whether the address is in the region. */
    boolean contains(long address) {
        return pages.contains(address);
    }

    void free(long address, long bytes) {
        pages.free(address, bytes);
    }

    long toDma(long address) {
        return deviceBase + (address - physical);
    }
}
