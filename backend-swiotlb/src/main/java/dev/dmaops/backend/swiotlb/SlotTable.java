package dev.dmaops.backend.swiotlb;

import static dev.dmaops.backend.swiotlb.SlotGeometry.SET_SLOTS;

/**
 * Hands out slots and takes them back: areas, their locks and what is counted (kernel/dma/swiotlb.c, 6.12). The search itself is in
 * {@link FreeSlots}.
 *
 * <pre>
 *   pool   ├──────── area 0 ────────┼──────── area 1 ────────┼ …     areaSlots = slots / areas
 *          lock, index, used        lock, index, used
 *          {@link FreeSlots}                FreeSlots
 * </pre>
 *
 * <p>In pools with odd sizes, whose areas do not start at sets or leave slots over, all areas have the first one's lock and
 * {@link FreeSlots}, because a run of free slots may reach from one area into the next.
 */
final class SlotTable {
    private final int slots;
    private final int areaSlots;
    private final int areaShift;
    private final Area[] areas;
    /** Whether the first area's lock guards all areas. */
    private final boolean sharedLock;

    private final HighWater highWater;

    SlotTable(SlotGeometry geometry) {
        slots = geometry.slots();
        areaSlots = geometry.areaSlots();
        areaShift = Integer.bitCount(areaSlots) == 1 ? Integer.numberOfTrailingZeros(areaSlots) : -1;
        areas = new Area[geometry.areas()];
        sharedLock = geometry.odd();
        for (int a = 0; a < areas.length; a++) {
            areas[a] = sharedLock && a > 0
                    ? new Area(areas[0].free, a * areaSlots, areaSlots)
                    : new Area(new FreeSlots(a * areaSlots, sharedLock ? slots : areaSlots), 0, areaSlots);
        }
        highWater = new HighWater(this);
    }

    /**
     * Takes slots near the index of {@code cpu}'s area, where most maps find theirs, or returns -1.
     *
     * @param n slots, 1 to 128
     * @param client one that is {@link PoolClient#near}
     * @param allocationMask {@link FreeSlots#isNear}; see {@link #take}
     * @param original address of the original, not 0
     */
    int takeSoon(int cpu, int n, PoolClient client, long allocationMask, long original, long bytes) {
        int a = cpu & (areas.length - 1);
        Area area = areas[a];
        CopyCounts counts = client.counts[a];
        long pattern = client.pattern(allocationMask, original);
        int found;
        area.lock();
        try {
            found = FreeSlots.soon(area.words, area.index, n, pattern);
            int used = area.used + n;
            if (found < 0 || (used > area.ceiling && !highWater.raiseAlone(area, used))) {
                return -1;
            }
            area.take(found, n);
            counts.mapped(bytes, false);
        } finally {
            area.unlock();
        }
        return area.first + found;
    }

    /**
     * Takes slots in the first area from {@code cpu}'s on that has them, and moves that area's index behind them.
     *
     * @param n slots, 1 to 128
     * @param allocationMask low bits of the DMA address that must be 0; includes those within a slot
     * @param original address of the original, 0 for none
     * @param client the device, told what was mapped
     * @param bytes counted as copied to the device
     * @return the first slot, or -1
     */
    int take(int cpu, int n, PoolClient client, long allocationMask, long original, long bytes) {
        int start = cpu & (areas.length - 1);
        int a = start;
        do {
            int found = takeIn(a, n, client, allocationMask, original, bytes, a != start);
            if (found >= 0) {
                return found;
            }
            a = a + 1 >= areas.length ? 0 : a + 1;
        } while (a != start);
        return -1;
    }

    /** Takes slots of an area as Linux searches it, or returns -1. */
    private int takeIn(
            int a, int n, PoolClient client, long allocationMask, long original, long bytes, boolean fellThrough) {
        Area area = areas[a];
        Area guard = guard(area);
        guard.lock();
        try {
            int found = search(area, n, client, allocationMask, original);
            if (found < 0) {
                return -1;
            }
            if (area.used + n <= area.ceiling || highWater.raiseAlone(area, area.used + n)) {
                area.take(found, n);
                client.counts[a].mapped(bytes, fellThrough);
                return area.first + found;
            }
        } finally {
            guard.unlock();
        }
        return takeCounting(a, n, client, allocationMask, original, bytes, fellThrough);
    }

    /** Takes slots of an area that are more than its ceiling allows, with all locks held, so that the mark is never behind. */
    private int takeCounting(
            int a, int n, PoolClient client, long allocationMask, long original, long bytes, boolean fellThrough) {
        Area area = areas[a];
        lockAll();
        try {
            int found = search(area, n, client, allocationMask, original);
            if (found < 0) {
                return -1;
            }
            area.take(found, n);
            client.counts[a].mapped(bytes, fellThrough);
            highWater.count(area);
            return area.first + found;
        } finally {
            unlockAll();
        }
    }

    private static int search(Area area, int n, PoolClient client, long allocationMask, long original) {
        return n <= area.slots - area.used ? area.free.search(area, n, client, allocationMask, original) : -1;
    }

    /**
     * Gives the slots of a mapping back and ends its record.
     *
     * @param word what the record said when the caller looked
     * @return whether it still says so; if not, nothing changed
     */
    boolean release(int head, SlotRecords records, long word) {
        // With one area the lock's address does not wait for the slot.
        Area area = areas[areas.length == 1 ? 0 : areaIndex(head)];
        Area guard = guard(area);
        int n = SlotRecords.slotsOf(word);
        guard.lock();
        try {
            if (word == 0 || records.word(head) != word) {
                return false;
            }
            records.end(head);
            area.give(head - area.first, n);
        } finally {
            guard.unlock();
        }
        return true;
    }

    private Area guard(Area area) {
        return sharedLock ? areas[0] : area;
    }

    /** Number of the area that a slot belongs to. */
    int areaIndex(int slot) {
        return areaShift >= 0 ? slot >>> areaShift : slot / areaSlots;
    }

    /** Whether a slot is free. */
    boolean isFree(int slot) {
        return (freeWord(slot >>> 6) & (1L << slot)) != 0;
    }

    // For reports

    int slots() {
        return slots;
    }

    int areaSlots() {
        return areaSlots;
    }

    Area area(int a) {
        return areas[a];
    }

    int areaCount() {
        return areas.length;
    }

    HighWater highWater() {
        return highWater;
    }

    /** Slots in use. */
    int used() {
        int used = 0;
        for (Area area : areas) {
            used += area.used;
        }
        return used;
    }

    /** The slots that share a lock with a slot. */
    FreeSlots freeSlotsAround(int slot) {
        return areas[Math.min(areaIndex(slot), areas.length - 1)].free;
    }

    /** Which of the 64 slots from {@code 64 * word} on are free. */
    long freeWord(int word) {
        FreeSlots free = freeSlotsAround(word << 6);
        return free.word(word - (free.first >>> 6));
    }

    int words() {
        return 2 * ((slots + SET_SLOTS - 1) / SET_SLOTS);
    }

    /** Takes every lock, so that what is read next is one moment. */
    void lockAll() {
        for (int a = 0; a < (sharedLock ? 1 : areas.length); a++) {
            areas[a].lock();
        }
    }

    void unlockAll() {
        for (int a = 0; a < (sharedLock ? 1 : areas.length); a++) {
            areas[a].unlock();
        }
    }
}
