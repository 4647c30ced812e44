package dev.dmaops.backend.swiotlb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The fields. All but the lock word and those that never change are touched only while the lock is held; readers of statistics
 * tolerate old values.
 */
abstract class AreaFields extends LeadingPad {
    volatile int lock;
    int used;
    int index;
    /** Slots that may be in use before the high-water mark has to be looked at. */
    int ceiling;

    long waits;

    /** Where its slots are. */
    final FreeSlots free;

    /** Those of {@link #free}. */
    final long[] words;

    /** Number in the pool of the first slot of {@link #free}. */
    final int first;

    /** Its own first slot, counted from there. */
    final int start;

    /** Slots. */
    final int slots;

    AreaFields(FreeSlots free, int start, int slots) {
        this.free = free;
        words = free.words;
        first = free.first;
        this.start = start;
        this.slots = slots;
    }
}

/**
 * A part of a pool with its own lock, search index and counters, so that processors do not wait for each other.
 *
 * <p>The lock spins on a plain read until the word is free (test and test-and-set). It is held for tens of nanoseconds and never
 * while bytes are copied.
 */
@SuppressWarnings("unused")
final class Area extends AreaFields {
    private static final VarHandle LOCK;
    private static final int SPINS_BEFORE_YIELD = 2000;

    static {
        try {
            LOCK = MethodHandles.lookup().findVarHandle(AreaFields.class, "lock", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private long z0;
    private long z1;
    private long z2;
    private long z3;
    private long z4;
    private long z5;
    private long z6;
    private long z7;
    private long z8;
    private long z9;
    private long z10;
    private long z11;
    private long z12;
    private long z13;
    private long z14;
    private long z15;

    /**
     * An area of which no slot is used.
     *
     * @param free its slots
     * @param start the first one, counted as there
     * @param slots how many
     */
    Area(FreeSlots free, int start, int slots) {
        super(free, start, slots);
    }

    /** Takes free slots, counted as in {@link #free}; the lock is held. */
    void take(int slot, int n) {
        FreeSlots.flip(words, slot, n);
        int next = slot + n - start;
        index = next >= slots ? 0 : next;
        used += n;
    }

    /** Gives slots back, counted as in {@link #free}; the lock is held. */
    void give(int slot, int n) {
        FreeSlots.flip(words, slot, n);
        free.given(slot);
        used -= n;
    }

    void lock() {
        if (!LOCK.compareAndSet(this, 0, 1)) {
            lockContended();
        }
    }

    /** Yields after a long spin: the holder may have lost its processor. */
    @SuppressWarnings("ThreadPriorityCheck") // a yield, after spinning has not helped
    private void lockContended() {
        int spins = 0;
        do {
            while (lock != 0) {
                if (++spins % SPINS_BEFORE_YIELD == 0) {
                    Thread.yield();
                } else {
                    Thread.onSpinWait();
                }
            }
        } while (!LOCK.compareAndSet(this, 0, 1));
        waits++;
    }

    void unlock() {
        LOCK.setRelease(this, 0);
    }
}
