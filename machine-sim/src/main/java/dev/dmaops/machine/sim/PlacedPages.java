package dev.dmaops.machine.sim;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A machine's page allocator that can be told where to put the next block: for replaying a recording of a real kernel, where the
 * addresses that its page allocator gave are inputs.
 *
 * <p>Pages that will be asked for by place are kept from the start, so that nobody else gets them. Placing is a wish within the
 * machine's rules, so that a recording cannot make impossible things happen: the block must be RAM that was kept and is not in use,
 * aligned to its length, and in the zone that was asked for or a lower one; a place for boot memory must be free RAM below the limit
 * that was asked for. A wish that cannot be met leaves the choice to the machine, as does having none. A wish for a block is used up
 * by the next allocation; the one for boot memory stays until it is met, because a pool that does not fit asks again for less.
 */
public final class PlacedPages implements PageAllocator {
    private static final int ANY_ORDER = -1;

    /** What blocks of the area for large ones are aligned to at most (CONFIG_CMA_ALIGNMENT=8). */
    private static final long CONTIGUOUS_ALIGNMENT = 1L << 20;

    private final SimPages pages;
    private final TreeMap<Long, Long> kept = new TreeMap<>();
    private final TreeMap<Long, Long> live = new TreeMap<>();
    private final ArrayDeque<Wish> wishes = new ArrayDeque<>();
    private long bootPlace = NO_PAGES;
    private long bootHeld;

    private record Wish(long physical, int order) {}

    /**
     * The allocator of a machine.
     *
     * @param keep where wishes will be, in whole pages, ascending and without overlap; what is no free RAM of it is not kept
     */
    public PlacedPages(SimPages pages, List<MemoryRange> keep) {
        this.pages = pages;
        for (MemoryRange range : keep) {
            if (pages.reserveAtBootAt(range.start(), range.bytes()) != NO_PAGES) {
                kept.put(range.start(), range.start() + range.bytes());
            }
        }
    }

    /** Says where the next block should be; wishes are met in the order of these calls. */
    public synchronized void placeNext(long physical) {
        wishes.add(new Wish(physical, ANY_ORDER));
    }

    /** Says where the next block of a certain order should be; blocks of other orders leave the wish alone. */
    public synchronized void placeNext(long physical, int order) {
        wishes.add(new Wish(physical, order));
    }

    /** Drops the wishes for blocks that nobody has asked for. */
    public synchronized void forgetPlaces() {
        wishes.clear();
    }

    /**
     * Says where the next memory taken at boot should start.
     *
     * @param bytes how much to hold there until it is asked for, so that nobody else gets it; how much is then given depends on
     *     what is asked for alone
     */
    public synchronized void placeAtBoot(long physical, long bytes) {
        bootPlace = physical;
        bootHeld = pages.reserveAtBootAt(physical, bytes) == NO_PAGES ? 0 : bytes;
    }

    @Override
    public long pageBytes() {
        return pages.pageBytes();
    }

    @Override
    public int maxOrder() {
        return pages.maxOrder();
    }

    @Override
    public long maxPfn() {
        return pages.maxPfn();
    }

    @Override
    public long zoneDmaLimit() {
        return pages.zoneDmaLimit();
    }

    @Override
    public boolean hasZone(Zone zone) {
        return pages.hasZone(zone);
    }

    @Override
    public synchronized long allocate(int order, Zone highest) {
        Wish wish = wishes.peek();
        if (wish == null || order > pages.maxOrder() || (wish.order() != ANY_ORDER && wish.order() != order)) {
            return pages.allocate(order, highest);
        }
        wishes.remove();
        long place = wish.physical();
        long bytes = pages.pageBytes() << order;
        if (!isPossible(place, bytes, highest)) {
            return pages.allocate(order, highest);
        }
        live.put(place, place + bytes);
        return place;
    }

    /** Places where the machine's own blocks cannot be: too long, or not aligned to their length. */
    @Override
    public synchronized long allocateContiguous(long bytes) {
        Wish wish = wishes.peek();
        if (wish == null || wish.order() != ANY_ORDER) {
            return NO_PAGES;
        }
        long place = wish.physical();
        long block = Long.highestOneBit(2 * bytes - 1);
        boolean usual = (place & (block - 1)) == 0 && block <= pages.pageBytes() << pages.maxOrder();
        if (usual || (place & (Math.min(block, CONTIGUOUS_ALIGNMENT) - 1)) != 0 || !isFree(place, bytes)) {
            return NO_PAGES;
        }
        wishes.remove();
        live.put(place, place + bytes);
        return place;
    }

    @Override
    public synchronized boolean freeContiguous(long physical, long bytes) {
        return live.remove(physical, physical + bytes);
    }

    private boolean isPossible(long place, long bytes, Zone highest) {
        return (place & (bytes - 1)) == 0
                && isFree(place, bytes)
                && pages.zoneOf(place + bytes - 1).compareTo(highest) <= 0;
    }

    private boolean isFree(long place, long bytes) {
        long end = place + bytes;
        Map.Entry<Long, Long> range = kept.floorEntry(place);
        Map.Entry<Long, Long> before = live.lowerEntry(end);
        return range != null && end <= range.getValue() && (before == null || before.getValue() <= place);
    }

    @Override
    public synchronized void free(long physical, int order) {
        if (!live.remove(physical, physical + (pages.pageBytes() << order))) {
            pages.free(physical, order);
        }
    }

    @Override
    public synchronized long reserveAtBoot(long bytes, long limit) {
        if (bootHeld != 0) {
            pages.releaseAtBoot(bootPlace, bootHeld);
            bootHeld = 0;
        }
        if (bootPlace != NO_PAGES && Long.compareUnsigned(bootPlace + bytes - 1, limit) <= 0) {
            long given = pages.reserveAtBootAt(bootPlace, bytes);
            if (given != NO_PAGES) {
                bootPlace = NO_PAGES;
                return given;
            }
        }
        return pages.reserveAtBoot(bytes, limit);
    }

    @Override
    public void releaseAtBoot(long physical, long bytes) {
        pages.releaseAtBoot(physical, bytes);
    }
}
