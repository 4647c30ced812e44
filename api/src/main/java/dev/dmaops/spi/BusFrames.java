package dev.dmaops.spi;

/**
 * How a hypervisor's guest finds the frame that a device must use for one of its own, and back.
 *
 * <p>Frames are Xen's, 4096 bytes each whatever the kernel's page size. A <i>pfn</i> numbers what the kernel takes for physical
 * memory, a <i>bfn</i> what devices put on their bus (include/xen/page.h, include/xen/arm/page.h and arch/x86/include/asm/xen/page.h,
 * 6.12). Contributed by the platform; absent where both are always the same.
 *
 * <p>Every method may be called from any thread, takes no lock and does not allocate on the Java heap.
 */
public interface BusFrames {
    /** Bits of an address below its frame number. */
    int SHIFT = 12;

    /** Bytes of a frame. */
    long BYTES = 1L << SHIFT;

    /** Where a frame number would be: there is none. */
    long NO_FRAME = -1L;

    /** The frame for devices behind a kernel's frame, or {@link #NO_FRAME} (pfn_to_bfn). */
    long toBus(long pfn);

    /**
     * The kernel's frame behind a device's, or {@link #NO_FRAME} (bfn_to_pfn). On Arm the frame itself, which for a foreign page is
     * not where the kernel sees it.
     */
    long toGuest(long bfn);

    /** The same when the frame is memory of this domain, else {@link #NO_FRAME} (bfn_to_local_pfn). On Arm the frame itself. */
    long toLocal(long bfn);

    /** Whether the kernel has a page for a frame number (pfn_valid): RAM, and places where foreign pages are mapped. */
    boolean isValid(long pfn);

    /** {@link #toBus} for an address: another frame, the same place in it. */
    default long toBusAddress(long physical) {
        return (toBus(physical >>> SHIFT) << SHIFT) | (physical & (BYTES - 1));
    }

    /** {@link #toGuest} for an address: another frame, the same place in it. */
    default long toGuestAddress(long bus) {
        return (toGuest(bus >>> SHIFT) << SHIFT) | (bus & (BYTES - 1));
    }

    /**
     * Whether a block is aligned to its own length for the kernel but not on the bus (range_requires_alignment,
     * drivers/xen/swiotlb-xen.c, 6.12.117).
     *
     * @param physical first byte
     * @param bytes length
     * @param pageBytes page size of the kernel
     */
    default boolean losesAlignment(long physical, long bytes, long pageBytes) {
        long low = naturalAlignment(bytes, pageBytes) - 1;
        return (physical & low) == 0 && ((toBus(physical >>> SHIFT) << SHIFT) & low) != 0;
    }

    private static long naturalAlignment(long bytes, long pageBytes) {
        long pages = (bytes + pageBytes - 1) / pageBytes;
        return pages <= 1 ? pageBytes : pageBytes * (Long.highestOneBit(pages - 1) << 1);
    }

    /**
     * Whether neighbouring bytes are not neighbours on the bus (range_straddles_page_boundary, drivers/xen/swiotlb-xen.c, 6.12.117).
     * Never within one frame.
     *
     * @param physical first byte
     * @param bytes length
     */
    default boolean straddles(long physical, long bytes) {
        long first = physical >>> SHIFT;
        long frames = ((physical & (BYTES - 1)) + bytes + (BYTES - 1)) >>> SHIFT;
        if (frames <= 1) {
            return false;
        }
        long expected = toBus(first);
        for (long i = 1; i < frames; i++) {
            expected++;
            if (toBus(first + i) != expected) {
                return true;
            }
        }
        return false;
    }
}
