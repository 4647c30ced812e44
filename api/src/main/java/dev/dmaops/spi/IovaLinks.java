package dev.dmaops.spi;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaUsageException;

/**
 * IO virtual addresses that are reserved once and then get memory behind them piece by piece (dma_iova_*,
 * drivers/iommu/dma-iommu.c, 6.18).
 *
 * <p>{@link dev.dmaops.api.IovaStretch} has checked that pieces begin and end on granules where they must, and lie inside of the
 * stretch, before it calls.
 *
 * <p>No method allocates on the Java heap. Any thread may call, for different stretches.
 */
public interface IovaLinks {
    /** Smallest piece that the IOMMU can map, in bytes. */
    long granule();

    /**
     * Takes addresses; nothing is behind them yet.
     *
     * @param bytes whole granules, at least one
     * @return the first address, or a refusal
     */
    long reserve(long bytes);

    /**
     * {@link #reserve(long)} with another limit than the device's: for tools that check the sequence of addresses.
     *
     * @param limit highest address to take, inclusive, unsigned
     * @param emptyCaches whether addresses that wait in caches are given back to the whole before giving up, as Linux does in all
     *     but the first try below 4 GiB
     * @return the first address, or a refusal
     */
    long reserve(long bytes, long limit, boolean emptyCaches);

    /**
     * Puts memory behind addresses of a stretch.
     *
     * @param dma the first byte's address; its offset within a granule is that of {@code physical}
     * @return {@code dma}, or a refusal; nothing is linked then
     */
    long link(long dma, long physical, long bytes, DmaDirection direction, int attributes);

    /** Makes links visible to the device. Before that it may still miss them. */
    void publish(long dma, long bytes);

    /**
     * Takes what {@link #link} put there away, with the same arguments; the addresses stay reserved.
     *
     * @throws DmaUsageException BUFFER_GONE when the memory of a bounced end was given away meanwhile; everything is taken away all the
     *     same
     */
    void unlink(long dma, long bytes, DmaDirection direction, int attributes);

    /**
     * Gives the addresses of {@link #reserve} back; nothing may be behind them any more.
     *
     * @throws DmaUsageException IOMMU_USAGE when they are not reserved, not any more, or as a longer or shorter stretch; nothing
     *     changes then
     */
    void release(long first, long bytes);
}
