package dev.dmaops.spi;

/**
 * Keeps track of pages of other domains that are mapped into this one (set_foreign_p2m_mapping and clear_foreign_p2m_mapping,
 * arch/arm/xen/p2m.c and arch/x86/xen/p2m.c, 6.12).
 *
 * <p>Contributed by the platform, told by whoever maps grants. Any thread may call.
 */
public interface ForeignPages {
    /**
     * Pages of another domain are now behind frames of this one.
     *
     * @param pfn where the kernel sees the first
     * @param mfn machine frame of the first
     * @param frames how many frames from both numbers on; 1 for a grant
     * @return false when they cannot be kept: the caller must unmap the grant and report GNTST_general_error for it
     */
    boolean mapped(long pfn, long mfn, long frames);

    /**
     * The page is gone again.
     *
     * @return false when no foreign page was known there and the platform minds, as x86 does
     */
    boolean unmapped(long pfn);

    /** How many entries there are. */
    long entries();
}
