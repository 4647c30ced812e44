package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A buddy allocator over the zones of a simulated machine.
 *
 * <p><b>Blocks.</b> 2^order pages, aligned to their own length. A freed block joins its buddy, the neighbour with which it
 * makes an aligned block of twice the length, as long as that is free too. Blocks never cross a zone's border. The largest
 * order is the one of Linux (MAX_PAGE_ORDER, 6.12): 10 with 4 KiB pages (4 MiB), 11 with 16 KiB (32 MiB), 13 with 64 KiB
 * (512 MiB).
 *
 * <p><b>Discipline.</b> The asked zone first, then lower ones, never higher ones. In a zone the smallest order that fits, of
 * that order the lowest address, and of a block that is split the lower half. So the same calls give the same addresses, on
 * every host. Page frame 0 is never given out.
 *
 * <p><b>Boot.</b> Reservations come from the top of RAM. One that is made after the first page was allocated, when Linux has no
 * boot allocator any more, gets the highest place that is still free.
 *
 * <p><b>Cost.</b> Free and allocated blocks are members of sparse bit sets, one per order: a machine of any size opens with one
 * entry per block of the largest order.
 */
public final class SimPages implements PageAllocator {
    private final int pageShift;
    private final int maxOrder;
    private final long maxPfn;
    private final long zoneDmaLimit;
    private final PageZones zones;
    private final MemoryMap map;
    private final BootMemory boot;
    private final BuddyBlocks blocks;
    private boolean started;

    /**
     * An allocator over RAM of its own, for machines that are put together otherwise.
     *
     * @param ram ascending ranges of whole pages
     * @param pageBytes page size in bytes: 4096, 16384 or 65536
     * @param zoneDmaLimit highest address of the DMA zone, inclusive; 0 for none
     * @param zoneDma32 whether there is a zone below 4 GiB
     */
    public static SimPages of(List<MemoryRange> ram, long pageBytes, long zoneDmaLimit, boolean zoneDma32) {
        return new SimPages(new MemoryMap(ram), pageBytes, zoneDmaLimit, zoneDma32);
    }

    SimPages(MemoryMap map, long pageBytes, long zoneDmaLimit, boolean zoneDma32) {
        this.map = map;
        this.zoneDmaLimit = zoneDmaLimit;
        pageShift = Long.numberOfTrailingZeros(pageBytes);
        maxOrder = switch (pageShift) {
            case 12 -> 10;
            case 14 -> 11;
            default -> 13;
        };
        maxPfn = map.end() >>> pageShift;
        zones = new PageZones(zoneDmaLimit, zoneDma32, pageShift, maxPfn);
        boot = new BootMemory(map, pageBytes);
        blocks = new BuddyBlocks(maxOrder, maxPfn, zones);
    }

    @Override
    public long pageBytes() {
        return 1L << pageShift;
    }

    @Override
    public int maxOrder() {
        return maxOrder;
    }

    @Override
    public long maxPfn() {
        return maxPfn;
    }

    @Override
    public long zoneDmaLimit() {
        return zoneDmaLimit;
    }

    @Override
    public boolean hasZone(Zone zone) {
        for (int i = 0; i < map.ranges(); i++) {
            long first = Math.max(map.first(i) >>> pageShift, zones.first(zone));
            if (first < Math.min(map.end(i) >>> pageShift, zones.end(zone))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized long allocate(int order, Zone highest) {
        requireOrder(order);
        start();
        for (int zone = highest.ordinal(); zone >= 0; zone--) {
            long pfn = blocks.allocate(order, zones.first(Zone.values()[zone]), zones.end(Zone.values()[zone]));
            if (pfn >= 0) {
                return pfn << pageShift;
            }
        }
        return NO_PAGES;
    }

    /**
     * Takes the lowest free block between two addresses, whatever zone they are in: for tests and scenes that need a buffer
     * above or below a limit.
     *
     * @param order power of two of pages
     * @param first lowest address of its first byte
     * @param last highest address of its last byte, inclusive
     * @return physical address of the block, or {@link #NO_PAGES}
     */
    public synchronized long allocateBetween(int order, long first, long last) {
        requireOrder(order);
        start();
        long end = last < 0 ? maxPfn : Math.min((last + 1) >>> pageShift, maxPfn);
        long pfn = blocks.allocate(order, (first + pageBytes() - 1) >>> pageShift, end);
        return pfn < 0 ? NO_PAGES : pfn << pageShift;
    }

    /** The zone of an address. */
    public Zone zoneOf(long physical) {
        return zones.of(physical >>> pageShift);
    }

    @Override
    public synchronized void free(long physical, int order) {
        requireOrder(order);
        long pfn = physical >>> pageShift;
        if (physical < 0 || (physical & pageBytes() - 1) != 0 || !blocks.release(pfn, order)) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "pages: cannot free physical=0x" + Long.toHexString(physical) + " order=" + order
                            + ": no block of that order is allocated there. Free each block once, with the order it was"
                            + " allocated with.");
        }
    }

    @Override
    public synchronized long reserveAtBoot(long bytes, long limit) {
        requirePages(bytes, "reserve");
        return started ? reserveFree(bytes, limit) : boot.reserve(bytes, limit);
    }

    /**
     * Reserves a place that firmware chose, before the first page is allocated; does nothing where there is no RAM.
     *
     * @return false when a part of it is reserved already
     */
    synchronized boolean reserveRegion(MemoryRange region) {
        long first = region.start() & -pageBytes();
        return boot.reserveAt(first, (region.last() | pageBytes() - 1) + 1 - first);
    }

    // Too late for the boot allocator: what is free then is taken out block by block.
    private long reserveFree(long bytes, long limit) {
        return withdraw(late().reserve(bytes, limit), bytes);
    }

    private BootMemory late() {
        BootMemory late = new BootMemory(map, pageBytes());
        for (MemoryRange taken : occupied()) {
            late.reserveAt(taken.start(), taken.bytes());
        }
        return late;
    }

    private long withdraw(long physical, long bytes) {
        if (physical != NO_PAGES) {
            blocks.withdraw(physical >>> pageShift, (physical + bytes) >>> pageShift);
            boot.reserveAt(physical, bytes);
        }
        return physical;
    }

    /** RAM in no free block, ascending. */
    private List<MemoryRange> occupied() {
        List<MemoryRange> occupied = new ArrayList<>();
        long at = 0;
        for (Map.Entry<Long, Long> block : blocks.freeBlocks().entrySet()) {
            addFrames(occupied, at, block.getKey());
            at = block.getKey() + block.getValue();
        }
        addFrames(occupied, at, maxPfn);
        return occupied;
    }

    private void addFrames(List<MemoryRange> ranges, long firstPfn, long endPfn) {
        for (int i = 0; i < map.ranges(); i++) {
            long start = Math.max(firstPfn << pageShift, map.first(i));
            long end = Math.min(endPfn << pageShift, map.end(i));
            if (start < end) {
                ranges.add(new MemoryRange(start, end - start));
            }
        }
    }

    /**
     * {@link #reserveAtBoot} at one certain place.
     *
     * @param physical first byte, page aligned
     * @param bytes length; a multiple of the page size
     * @return {@code physical}, or {@link #NO_PAGES} when not all of it is free RAM
     */
    public synchronized long reserveAtBootAt(long physical, long bytes) {
        requirePages(bytes, "reserve");
        if ((physical & (pageBytes() - 1)) != 0) {
            return NO_PAGES;
        }
        return started ? withdraw(late().reserveRam(physical, bytes), bytes) : boot.reserveRam(physical, bytes);
    }

    @Override
    public synchronized void releaseAtBoot(long physical, long bytes) {
        requirePages(bytes, "release");
        if ((physical & pageBytes() - 1) != 0 || !boot.release(physical, bytes)) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "pages: cannot release physical=0x" + Long.toHexString(physical) + " bytes=" + bytes
                            + ": it is not all reserved at boot. Release whole pages of one reservation, once.");
        }
        if (started) {
            give(new MemoryRange(physical, bytes));
        }
    }

    /** Free pages of all zones, reservations not counted. */
    public synchronized long freePages() {
        start();
        long sum = 0;
        for (Zone zone : Zone.values()) {
            sum += blocks.freePages(zone);
        }
        return sum;
    }

    /** Free pages of one zone. */
    public synchronized long freePages(Zone zone) {
        start();
        return blocks.freePages(zone);
    }

    /** Free blocks of exactly this order: what fragmentation leaves. */
    public synchronized long freeBlocks(int order) {
        requireOrder(order);
        start();
        return blocks.count(order);
    }

    // What boot left over becomes free blocks when the first page is wanted, so that pools can be reserved until then.
    private void start() {
        if (!started) {
            started = true;
            boot.free().forEach(this::give);
        }
    }

    private void give(MemoryRange range) {
        blocks.add(range.start() >>> pageShift, (range.last() + 1) >>> pageShift);
    }

    private void requireOrder(int order) {
        if (order < 0 || order > maxOrder) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "pages: order=" + order + " does not exist: expected 0 to " + maxOrder + " ("
                            + (pageBytes() << maxOrder) + " bytes). Ask for several blocks.");
        }
    }

    private void requirePages(long bytes, String verb) {
        if (bytes <= 0 || (bytes & pageBytes() - 1) != 0) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_SIZE,
                    "pages: cannot " + verb + " bytes=" + bytes + ": expected whole pages of " + pageBytes()
                            + " bytes. Round up.");
        }
    }
}
