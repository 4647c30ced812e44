package dev.dmaops.spi;

/**
 * Keeps track of pages of other domains that are mapped into this one (set_foreign_p2m_mapping and clear_foreign_p2m_mapping,
 * arch/arm/xen/p2m.c and arch/x86/xen/p2m.c, 6.12).
 *
 * <p>Contributed by the platform, told by whoever maps grants. Any thread may call.
 */
public interface ForeignPages {
    /**
     * A page of another domain is now behind a frame of this one.
     *
     * @param pfn where the kernel sees it
     * @param mfn its machine frame
     * @return false when it cannot be kept: the caller must unmap the grant and report GNTST_general_error for it
     */
    boolean mapped(long pfn, long mfn);

    /**
     * The page is gone again.
     *
     * @return false when no foreign page was known there and the platform minds, as x86 does
     */
    boolean unmapped(long pfn);

    /** How many entries there are. */
    long entries();
}
