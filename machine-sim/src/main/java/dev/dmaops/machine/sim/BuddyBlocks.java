package dev.dmaops.machine.sim;

import dev.dmaops.spi.Zone;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Free and allocated blocks of page frames, in sparse bit sets, one per order. All numbers are page frames.
 *
 * <p>Not for several threads at once: {@link SimPages} guards it.
 */
final class BuddyBlocks {
    private final int maxOrder;
    private final long maxPfn;
    private final PageZones zones;
    private final SparseBits[] free;
    private final SparseBits[] taken;
    private final long[] freePages = new long[Zone.values().length];

    /** Nothing is free yet. */
    BuddyBlocks(int maxOrder, long maxPfn, PageZones zones) {
        this.maxOrder = maxOrder;
        this.maxPfn = maxPfn;
        this.zones = zones;
        free = new SparseBits[maxOrder + 1];
        taken = new SparseBits[maxOrder + 1];
        for (int order = 0; order <= maxOrder; order++) {
            free[order] = new SparseBits((maxPfn >>> order) + 1);
            taken[order] = new SparseBits((maxPfn >>> order) + 1);
        }
    }

    /** Allocates the lowest block of the smallest order that fits between two frames, split as far as needed; -1 for none. */
    long allocate(int order, long first, long end) {
        long pages = 1L << order;
        for (int of = order; of <= maxOrder; of++) {
            long bound = (end + (1L << of) - 1) >>> of;
            for (long block = free[of].next(first >>> of, bound); block >= 0; block = free[of].next(block + 1, bound)) {
                long at = Math.max(block << of, (first + pages - 1) & -pages);
                if (at + pages <= Math.min((block + 1) << of, end)) {
                    split(block, of, at, order);
                    return at;
                }
            }
        }
        return -1;
    }

    private void split(long block, int of, long target, int order) {
        free[of].remove(block);
        for (int half = of - 1; half >= order; half--) {
            free[half].add((target >>> half) ^ 1);
        }
        taken[order].add(target >>> order);
        freePages[zones.of(target).ordinal()] -= 1L << order;
    }

    /** Gives an allocated block back; false, and nothing changes, when there is none of that order. */
    boolean release(long pfn, int order) {
        if (pfn >= maxPfn || (pfn & (1L << order) - 1) != 0 || !taken[order].contains(pfn >>> order)) {
            return false;
        }
        taken[order].remove(pfn >>> order);
        join(pfn, order);
        return true;
    }

    private void join(long pfn, int order) {
        Zone zone = zones.of(pfn);
        freePages[zone.ordinal()] += 1L << order;
        long block = pfn >>> order;
        int at = order;
        while (at < maxOrder && free[at].contains(block ^ 1) && zones.of((block ^ 1) << at) == zone) {
            free[at].remove(block ^ 1);
            block >>>= 1;
            at++;
        }
        free[at].add(block);
    }

    /** Makes frames free that never were, or that {@link #withdraw} took. */
    void add(long first, long end) {
        for (long pfn = first; pfn < end; ) {
            int order = largestOrder(pfn, end);
            join(pfn, order);
            pfn += 1L << order;
        }
    }

    /** Takes free frames away for good, until they are added again. */
    void withdraw(long first, long end) {
        for (long pfn = first; pfn < end; ) {
            int order = largestOrder(pfn, end);
            allocate(order, pfn, pfn + (1L << order));
            taken[order].remove(pfn >>> order);
            pfn += 1L << order;
        }
    }

    /** The largest block that begins at a frame, ends at or before another, and stays in its zone. */
    private int largestOrder(long pfn, long end) {
        long pages = Math.min(end, zones.end(zones.of(pfn))) - pfn;
        int fits = 63 - Long.numberOfLeadingZeros(pages);
        return Math.min(maxOrder, Math.min(Long.numberOfTrailingZeros(pfn), fits));
    }

    /** All free blocks, by first frame, with their lengths. */
    SortedMap<Long, Long> freeBlocks() {
        TreeMap<Long, Long> blocks = new TreeMap<>();
        for (int order = 0; order <= maxOrder; order++) {
            for (long block = nextFree(order, 0); block >= 0; block = nextFree(order, block + 1)) {
                blocks.put(block << order, 1L << order);
            }
        }
        return blocks;
    }

    /** Free blocks of exactly this order. */
    long count(int order) {
        long blocks = 0;
        for (long block = nextFree(order, 0); block >= 0; block = nextFree(order, block + 1)) {
            blocks++;
        }
        return blocks;
    }

    private long nextFree(int order, long from) {
        return free[order].next(from, (maxPfn >>> order) + 1);
    }

    /** Free pages of one zone. */
    long freePages(Zone zone) {
        return freePages[zone.ordinal()];
    }
}
