package dev.dmaops.machine.sim;

import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.ArrayDeque;

/**
 * A machine's page allocator that can be told where to put the next block: for replaying a recording of a real kernel, where the
 * addresses that its page allocator gave are inputs.
 *
 * <p>Placing is a wish within the machine's own rules, so that a recording cannot make impossible things happen: the block must be
 * free RAM, aligned to its length, and in the zone that was asked for or a lower one; a place for boot memory must be free RAM below
 * the limit that was asked for. A wish that cannot be met leaves the choice to the machine, as does having none. A block wish is used
 * up by the next allocation; the boot wish stays until it is met, because a pool that does not fit asks again for less.
 */
public final class PlacedPages implements PageAllocator {
    private final SimPages pages;
    private final ArrayDeque<Long> blocks = new ArrayDeque<>();
    private long bootPlace = NO_PAGES;

    /** The allocator of a machine, without wishes. */
    public PlacedPages(SimPages pages) {
        this.pages = pages;
    }

    /** Says where the next block should be; wishes are met in the order of these calls. */
    public synchronized void placeNext(long physical) {
        blocks.add(physical);
    }

    /** Drops the wishes for blocks that nobody has asked for. */
    public synchronized void forgetPlaces() {
        blocks.clear();
    }

    /** Says where the next memory taken at boot should start. */
    public synchronized void placeAtBoot(long physical) {
        bootPlace = physical;
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
        Long place = blocks.poll();
        if (place != null && pages.zoneOf(place).compareTo(highest) <= 0) {
            long given = pages.allocateAt(order, place);
            if (given != NO_PAGES) {
                return given;
            }
        }
        return pages.allocate(order, highest);
    }

    @Override
    public void free(long physical, int order) {
        pages.free(physical, order);
    }

    @Override
    public synchronized long reserveAtBoot(long bytes, long limit) {
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
