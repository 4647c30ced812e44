package dev.dmaops.machine.sim.iommu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The cache of translations: direct-mapped, one translation per granule, never wrong about what it was told to forget, and right
 * about nothing else: a translation that was unmapped but not invalidated stays until its place is taken.
 *
 * <p>A miss looks into the tables while it holds the entry, and an invalidation waits for that: what was unmapped before the
 * invalidation began cannot come back after it ended. Nothing here allocates.
 */
final class Iotlb {
    /** Entries; a power of two. */
    static final int ENTRIES = 4096;

    private static final VarHandle LOCK = MethodHandles.arrayElementVarHandle(int[].class);

    private final int granuleShift;
    private final PageTables tables;
    private final int[] locks = new int[ENTRIES];
    private final long[] pages = new long[ENTRIES];
    private final long[] translations = new long[ENTRIES];
    private final long[] generations = new long[ENTRIES];
    private volatile long generation = 1;

    Iotlb(int granuleShift, PageTables tables) {
        this.granuleShift = granuleShift;
        this.tables = tables;
    }

    /** What a device gets for an IOVA: an entry of the tables, perhaps an old one, or 0. */
    long find(long iova) {
        long page = iova >>> granuleShift;
        int at = (int) page & ENTRIES - 1;
        lock(at);
        try {
            long now = generation;
            if (translations[at] != 0 && pages[at] == page && generations[at] == now) {
                return translations[at];
            }
            long found = tables.find(iova);
            // What is not mapped is not remembered, so a map needs no invalidation.
            if (found != 0) {
                pages[at] = page;
                translations[at] = found;
                generations[at] = now;
            }
            return found;
        } finally {
            unlock(at);
        }
    }

    void invalidate(long iova, long bytes) {
        long first = iova >>> granuleShift;
        long count = bytes >>> granuleShift;
        if (count >= ENTRIES) {
            for (int at = 0; at < ENTRIES; at++) {
                forget(at, first, count);
            }
        } else {
            for (long page = first; page - first < count; page++) {
                forget((int) page & ENTRIES - 1, page, 1);
            }
        }
    }

    private void forget(int at, long first, long count) {
        lock(at);
        if (Long.compareUnsigned(pages[at] - first, count) < 0) {
            translations[at] = 0;
        }
        unlock(at);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // guarded: only this method writes it
    synchronized void invalidateAll() {
        generation++;
    }

    private void lock(int at) {
        while (!LOCK.compareAndSet(locks, at, 0, 1)) {
            Thread.onSpinWait();
        }
    }

    private void unlock(int at) {
        LOCK.setRelease(locks, at, 0);
    }
}
