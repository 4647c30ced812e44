package dev.dmaops.backend.swiotlb;

/**
 * The most slots ever in use at once, over all areas, without a counter that every map would have to share.
 *
 * <p>Each area may use so many slots before anyone has to look: its ceiling. The ceilings together never exceed the mark, so as long
 * as no area exceeds its own, the mark stands. An area that does takes all locks, counts, raises the mark if it must, and shares out
 * what lies between the slots in use and the mark. In a kernel with debugfs the same number comes from two counters that every map
 * changes atomically.
 *
 * <p>With one area the mark is exact at every moment. With more, slots that another processor gives back before the locks are taken
 * are not seen: as if it had given them back first.
 */
final class HighWater {
    private final SlotTable table;
    private volatile int mark;

    HighWater(SlotTable table) {
        this.table = table;
    }

    /** The mark; with all locks held, never less than what is used. */
    int mark() {
        return mark;
    }

    /** Raises the mark if this is the only area; it is above its ceiling, and the caller holds its lock. */
    boolean raiseAlone(Area area) {
        if (table.areaCount() > 1) {
            return false;
        }
        mark = area.used;
        area.ceiling = area.used;
        return true;
    }

    /** Counts again because an area is above its ceiling. The caller holds no lock. */
    void count(Area area) {
        table.lockAll();
        try {
            int used = table.used();
            mark = Math.max(mark, used);
            share(area, mark - used);
        } finally {
            table.unlockAll();
        }
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
