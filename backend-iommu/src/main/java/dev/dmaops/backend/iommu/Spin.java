package dev.dmaops.backend.iommu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock for a few instructions, with the numbers that it guards: those of one processor are nearly always touched by that
 * processor alone, and then taking it is one uncontended compare-and-set.
 *
 * <p>All of it is one array with a cache line of nothing at either end, so that what two processors have shares no line wherever
 * the collector puts it. Fields of a class cannot promise that.
 */
class Spin {
    /** Longs of a cache line. */
    static final int LINE = 8;

    /** Where the guarded numbers begin in {@link #words}. */
    static final int GUARDED = LINE + 1;

    private static final int HELD = LINE;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    /** The lock and, from {@link #GUARDED} on, what it guards. */
    final long[] words;

    /**
     * Free.
     *
     * @param guarded how many numbers it guards
     */
    Spin(int guarded) {
        words = new long[GUARDED + guarded + LINE];
    }

    final void lock() {
        while ((long) WORD.getOpaque(words, HELD) != 0 || !WORD.compareAndSet(words, HELD, 0L, 1L)) {
            Thread.onSpinWait();
        }
    }

    final void unlock() {
        WORD.setRelease(words, HELD, 0L);
    }
}
