package dev.dmaops.machine.sim.xen;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Numbers by frame, kept in pages that exist once something was put there. Readers take no lock; one thread writes at a time. */
final class PagedLongs {
    static final long NONE = -1L;

    private static final int SHIFT = 12;
    private static final int MASK = (1 << SHIFT) - 1;

    private final AtomicReferenceArray<long[]> pages;

    /** All {@link #NONE}, for frames below a limit. */
    PagedLongs(long limit) {
        pages = new AtomicReferenceArray<>((int) (limit >>> SHIFT) + 1);
    }

    /** What was put there last, or {@link #NONE}, also beyond the limit. */
    long at(long frame) {
        long page = frame >>> SHIFT;
        if (page >= pages.length()) {
            return NONE;
        }
        long[] values = pages.getAcquire((int) page);
        return values == null ? NONE : values[(int) frame & MASK];
    }

    void set(long frame, long value) {
        int page = (int) (frame >>> SHIFT);
        long[] values = pages.get(page);
        if (values == null) {
            values = new long[MASK + 1];
            Arrays.fill(values, NONE);
            pages.setRelease(page, values);
        }
        values[(int) frame & MASK] = value;
    }

    /** One past the highest frame that fits. */
    long limit() {
        return (long) pages.length() << SHIFT;
    }
}
