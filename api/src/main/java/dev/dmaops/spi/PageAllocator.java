package dev.dmaops.spi;

/**
 * The machine's free pages, in blocks of a power of two.
 *
 * <p>Every method may be called from any thread.
 */
public interface PageAllocator {
    /** The result when there is no such block. */
    long NO_PAGES = -1L;

    /** Page size in bytes: 4096, 16384 or 65536. */
    long pageBytes();

    /** Largest order that can be allocated: 10 is 4 MiB with 4 KiB pages. */
    int maxOrder();

    /** One past the highest page frame of RAM, in pages. */
    long maxPfn();

    /** Highest address of {@link Zone#DMA}, inclusive. */
    long zoneDmaLimit();

    /** Whether the zone has any memory. */
    boolean hasZone(Zone zone);

    /**
     * Takes 2^order pages, naturally aligned, contents undefined.
     *
     * @param order power of two of pages, 0 to {@link #maxOrder}
     * @param highest the zone to start in; lower zones are tried next
     * @return physical address of the block, or {@link #NO_PAGES}
     */
    long allocate(int order, Zone highest);

    /**
     * Gives a block back.
     *
     * @throws dev.dmaops.api.DmaUsageException when no such block is allocated
     */
    void free(long physical, int order);

    /**
     * Takes pages of the area that some kernels keep free for large blocks (CMA). A block there is aligned to its length only up to
     * 1 MiB, and can be longer than {@link #maxOrder} says.
     *
     * @param bytes length; a multiple of the page size
     * @return physical address, or {@link #NO_PAGES}: always without such an area
     */
    default long allocateContiguous(long bytes) {
        return NO_PAGES;
    }

    /**
     * Gives back what {@link #allocateContiguous} took.
     *
     * @return false when the block is not of that area; nothing has changed then
     */
    default boolean freeContiguous(long physical, long bytes) {
        return false;
    }

    /**
     * Takes memory for good, before the first page is allocated: how a boot-time pool is made. Highest fitting address first.
     *
     * @param bytes length; a multiple of the page size
     * @param limit highest address that the last byte may have, inclusive
     * @return physical address, page aligned, or {@link #NO_PAGES}
     */
    long reserveAtBoot(long bytes, long limit);

    /** Gives back what {@link #reserveAtBoot} took. */
    void releaseAtBoot(long physical, long bytes);
}
