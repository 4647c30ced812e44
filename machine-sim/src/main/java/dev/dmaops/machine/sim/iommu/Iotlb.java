package dev.dmaops.machine.sim.iommu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The cache of translations: direct-mapped, one translation per granule, never wrong about what it was told to forget, and right
 * about nothing else: a translation that was unmapped but not invalidated stays until its place is taken.
 *
 * <pre>
 *   entry   | sequence | page | translation | generation |      odd sequence: somebody writes the entry
 * </pre>
 *
 * <p>Each entry has a sequence number instead of a lock. A hit reads it before and after, and writes nothing. A miss makes it odd,
 * looks into the tables and makes it even again. An invalidation comes after the unmap and waits for an odd one: a miss that began
 * before it has then told what it found, and one that begins later finds what the unmap left. So what was unmapped before the
 * invalidation began cannot come back after it ended. An invalidation of what is not in the cache writes nothing.
 *
 * <p>The entries are made with the first access of a device; nothing else here allocates.
 */
final class Iotlb {
    /** Entries; a power of two. */
    static final int ENTRIES = 4096;

    private static final int ENTRY_LONGS = 4;
    private static final int PAGE = 1;
    private static final int TRANSLATION = 2;
    private static final int GENERATION = 3;
    private static final int LINE_LONGS = 8;
    private static final int NOW = ENTRIES * ENTRY_LONGS + LINE_LONGS;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final int granuleShift;
    private final PageTables tables;
    // The entries, and behind them, on a line of its own, the generation that is valid now.
    private volatile long @Nullable [] words;

    Iotlb(int granuleShift, PageTables tables) {
        this.granuleShift = granuleShift;
        this.tables = tables;
    }

    /** What a device gets for an IOVA: an entry of the tables, perhaps an old one, or 0. */
    long find(long iova) {
        long[] all = words;
        if (all == null) {
            all = make();
        }
        long page = iova >>> granuleShift;
        int at = place(page);
        while (true) {
            long sequence = (long) WORD.getAcquire(all, at);
            if ((sequence & 1) == 0) {
                long translation = (long) WORD.getOpaque(all, at + TRANSLATION);
                boolean hit = translation != 0
                        && (long) WORD.getOpaque(all, at + PAGE) == page
                        && (long) WORD.getOpaque(all, at + GENERATION) == (long) WORD.getVolatile(all, NOW);
                VarHandle.acquireFence();
                if ((long) WORD.getOpaque(all, at) == sequence) {
                    if (hit) {
                        return translation;
                    }
                    if (WORD.compareAndSet(all, at, sequence, sequence + 1)) {
                        return fill(all, at, sequence, page);
                    }
                }
            }
            Thread.onSpinWait();
        }
    }

    private long fill(long[] all, int at, long sequence, long page) {
        long found = 0;
        try {
            // Before the tables are looked at: an invalidation of everything meanwhile makes this entry an old one.
            long now = (long) WORD.getVolatile(all, NOW);
            VarHandle.fullFence();
            found = tables.find(page << granuleShift);
            // What is not mapped is not remembered, so a map needs no invalidation.
            if (found != 0) {
                WORD.setOpaque(all, at + PAGE, page);
                WORD.setOpaque(all, at + TRANSLATION, found);
                WORD.setOpaque(all, at + GENERATION, now);
            }
        } finally {
            WORD.setRelease(all, at, sequence + 2);
        }
        return found;
    }

    private synchronized long[] make() {
        long[] all = words;
        if (all == null) {
            all = new long[NOW + LINE_LONGS];
            words = all;
        }
        return all;
    }

    /** Forgets a range; the caller has unmapped it. */
    void invalidate(long iova, long bytes) {
        VarHandle.fullFence(); // the unmap, before anything is read here
        long[] all = words;
        if (all == null) {
            return;
        }
        long first = iova >>> granuleShift;
        long count = bytes >>> granuleShift;
        if (count >= ENTRIES) {
            for (int at = 0; at < ENTRIES * ENTRY_LONGS; at += ENTRY_LONGS) {
                forget(all, at, first, count);
            }
        } else {
            for (long page = first; page - first < count; page++) {
                forget(all, place(page), page, 1);
            }
        }
    }

    private static void forget(long[] all, int at, long first, long count) {
        while (true) {
            long sequence = (long) WORD.getVolatile(all, at);
            if ((sequence & 1) == 0) {
                boolean there = (long) WORD.getOpaque(all, at + TRANSLATION) != 0
                        && Long.compareUnsigned((long) WORD.getOpaque(all, at + PAGE) - first, count) < 0;
                VarHandle.acquireFence();
                if (!there && (long) WORD.getOpaque(all, at) == sequence) {
                    return;
                }
                if (there && WORD.compareAndSet(all, at, sequence, sequence + 1)) {
                    VarHandle.storeStoreFence();
                    WORD.setOpaque(all, at + TRANSLATION, 0L);
                    WORD.setRelease(all, at, sequence + 2);
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    /** Forgets everything. */
    void invalidateAll() {
        VarHandle.fullFence(); // the unmaps, before anything is read here
        long[] all = words;
        if (all != null) {
            WORD.getAndAdd(all, NOW, 1L);
        }
    }

    // Neighbouring pages on different cache lines.
    private static int place(long page) {
        int number = (int) page & ENTRIES - 1;
        return ((number & 7) * (ENTRIES / 8) + (number >>> 3)) * ENTRY_LONGS;
    }
}
