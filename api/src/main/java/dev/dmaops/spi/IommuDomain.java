package dev.dmaops.spi;

import dev.dmaops.api.DmaErrorCode;

/**
 * One address space of an IOMMU: page tables, and the translation cache that remembers them.
 *
 * <p>{@link #unmap} changes the tables only: until {@link #invalidate} or {@link #invalidateAll} a device may still reach what it
 * reached before. Any thread may call for ranges of its own. Nothing here allocates on the Java heap in the steady state.
 */
public interface IommuDomain {
    /** The device may read. */
    int READ = 1;
    /** The device may write. */
    int WRITE = 2;
    /** Accesses snoop CPU caches. */
    int CACHE = 4;
    /** Only privileged transactions. */
    int PRIVILEGED = 8;
    /** Device registers rather than memory. */
    int MMIO = 16;
    /** Instructions may not be fetched. */
    int NO_EXECUTE = 32;

    /** What {@link #translate} returns for an address that is not mapped. */
    long NOT_MAPPED = -1L;

    /** Page sizes of the tables as a bit map: bit 12 for 4 KiB, bit 21 for 2 MiB, and so on. */
    long pageSizes();

    /** Lowest address that can be mapped. */
    long apertureFirst();

    /** Highest address that can be mapped, inclusive. */
    long apertureLast();

    /** Whether addresses outside of the aperture must not be used at all. */
    boolean forcesAperture();

    /** Whether unmapped addresses may stay in the translation cache for a while. */
    boolean supportsDeferredFlush();

    /**
     * Adds a translation, in the largest pages that the alignment of both addresses and the length allow.
     *
     * @param iova first address, a multiple of the smallest page
     * @param physical first byte behind it, a multiple of the smallest page
     * @param bytes length, a multiple of the smallest page
     * @param protection bits of this interface
     * @return false when part of the range is mapped already or lies outside of the aperture; nothing changed then
     */
    boolean map(long iova, long physical, long bytes, int protection);

    /**
     * Why {@link #map} last returned false for this thread: {@link DmaErrorCode#IOMMU_MAP_FAILED} when the range was the reason,
     * another code of a mapping when a limit of the host was.
     *
     * @implSpec The range is always the reason.
     */
    default DmaErrorCode refusal() {
        return DmaErrorCode.IOMMU_MAP_FAILED;
    }

    /**
     * Takes translations out of the tables.
     *
     * @return bytes that were mapped
     */
    long unmap(long iova, long bytes);

    /** Makes devices forget translations of a range. */
    void invalidate(long iova, long bytes);

    /** Makes devices forget all translations. */
    void invalidateAll();

    /** The physical address behind an address as the tables have it, or {@link #NOT_MAPPED}. */
    long translate(long iova);
}
