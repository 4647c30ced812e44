package dev.dmaops.spi;

/**
 * Xen's call for maintaining CPU caches of pages that are not the domain's own (GNTTABOP_cache_flush). A hook of the machine, absent
 * when Xen lacks the call.
 */
public interface ForeignCaches {
    /** Writes dirty lines to memory (GNTTAB_CACHE_CLEAN). */
    int CLEAN = 1;
    /** Drops lines (GNTTAB_CACHE_INVAL). */
    int INVALIDATE = 2;

    /**
     * One call.
     *
     * @param frameAddress bus address of a frame's first byte
     * @param offset first byte in the frame, 0 to 4095
     * @param bytes length; must not leave the frame
     * @param operation {@link #CLEAN}, {@link #INVALIDATE} or both
     * @return 0, or Xen's error, negative: -22 for arguments, -1 for a page of nobody, or of a domain that did not grant it
     */
    int maintain(long frameAddress, int offset, int bytes, int operation);
}
