package dev.dmaops.spi;

/**
 * What an x86 PV kernel asks of Xen about its memory. A hook of machines that run a PV domain.
 *
 * <p>Frames are 4096 bytes. Any thread may call.
 */
public interface PvMemoryCalls {
    /** Set in an entry whose frame belongs to another domain (FOREIGN_FRAME_BIT). */
    long FOREIGN = 1L << 63;

    /** Set in an entry that stands for itself: a hole or device registers (IDENTITY_FRAME_BIT). */
    long IDENTITY = 1L << 62;

    /** Guest frames that the list of machine frames has at start; beyond it every frame stands for itself. */
    long frames();

    /**
     * The machine frame that Xen put behind a guest frame at start.
     *
     * @return the frame, the frame's own number with {@link #IDENTITY} for a hole, or {@link BusFrames#NO_FRAME}
     */
    long bootEntry(long pfn);

    /** The guest frame that Xen's own table has for a machine frame, or {@link BusFrames#NO_FRAME} when it has none (m2p). */
    long guestFrame(long mfn);

    /**
     * Changes where the kernel's linear mapping of a guest frame leads (update_va_mapping). Xen counts the mappings of a frame, and
     * gives up none that is still mapped.
     *
     * @param mfn a machine frame of this domain, or {@link BusFrames#NO_FRAME} to take the mapping away
     * @return 0, or Xen's error, negative
     */
    int updateMapping(long pfn, long mfn);

    /**
     * Exchanges frames (XENMEM_exchange, xen/common/memory.c, 4.17).
     *
     * @param in first machine frames of the blocks given up
     * @param inOrder their order
     * @param out guest frames at which the new blocks are to appear; overwritten with the first machine frame of each
     * @param outOrder their order
     * @param addressBits the new frames lie below 2^addressBits; 0 for no limit
     */
    ExchangeOutcome exchange(long[] in, int inOrder, long[] out, int outOrder, int addressBits);
}
