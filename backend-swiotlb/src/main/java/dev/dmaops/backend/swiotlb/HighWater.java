package dev.dmaops.backend.swiotlb;

/**
 * The most slots ever in use at once, over all areas, without a counter that every map would have to share.
 *
 * <p>Each area may use so many slots before anyone has to look: its ceiling. The ceilings together never exceed the mark, so as long
 * as no area exceeds its own, the mark stands. Whoever is about to exceed one takes all locks first, then the slots, counts, raises
 * the mark if it must, and shares out what lies between the slots in use and the mark. So the mark is exact at every moment. A
 * single area's ceiling is the mark. In a
 * kernel with debugfs the number comes from two counters that every map changes atomically after it took its slots.
 */
final class HighWater {
    private final SlotTable table;
    private final boolean oneArea;
    private volatile int mark;

    HighWater(SlotTable table) {
        this.table = table;
        oneArea = table.areaCount() == 1;
    }

    /** The mark; with all locks held, never less than what is used. */
    int mark() {
        return oneArea ? table.area(0).ceiling : mark;
    }

    /** Raises the mark if this is the only area, which is to use so many slots; the caller holds its lock. */
    boolean raiseAlone(Area area, int used) {
        if (oneArea) {
            area.ceiling = used;
        }
        return oneArea;
    }

    /** Counts again because an area is above its ceiling. The caller holds all locks. */
    void count(Area area) {
        int used = table.used();
        mark = Math.max(mark, used);
        share(area, mark - used);
    }

    /** Starts again at what is in use now. */
    void reset() {
        table.lockAll();
        try {
            mark = table.used();
            share(table.area(0), 0);
        } finally {
            table.unlockAll();
        }
    }

    private void share(Area first, int slack) {
        int each = slack / table.areaCount();
        for (int a = 0; a < table.areaCount(); a++) {
            Area area = table.area(a);
            area.ceiling = area.used + each;
        }
        first.ceiling += slack - each * table.areaCount();
    }
}
