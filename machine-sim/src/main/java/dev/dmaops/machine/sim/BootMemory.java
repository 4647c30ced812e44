package dev.dmaops.machine.sim;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Memory that is taken before there is a page allocator (mm/memblock.c, 6.12): from the top down, never page frame 0.
 *
 * <p>Not for several threads at once: {@link SimPages} guards it.
 */
final class BootMemory {
    private final MemoryMap map;
    private final long pageBytes;
    private final List<MemoryRange> reserved = new ArrayList<>();

    BootMemory(MemoryMap map, long pageBytes) {
        this.map = map;
        this.pageBytes = pageBytes;
    }

    /** The highest page-aligned place whose last byte is not above {@code limit}, now taken, or {@link PageAllocator#NO_PAGES}. */
    long reserve(long bytes, long limit) {
        List<MemoryRange> free = free();
        for (int i = free.size() - 1; i >= 0; i--) {
            MemoryRange range = free.get(i);
            long last = Long.compareUnsigned(range.last(), limit) <= 0 ? range.last() : limit;
            long start = (last + 1 - bytes) & -pageBytes;
            if (last + 1 >= bytes && start >= range.start()) {
                take(new MemoryRange(start, bytes));
                return start;
            }
        }
        return PageAllocator.NO_PAGES;
    }

    /** Takes the RAM of a range; false, and nothing changes, when a part of it is taken already. */
    boolean reserveAt(long physical, long bytes) {
        long end = physical + bytes;
        if (reserved.stream().anyMatch(range -> range.start() < end && physical <= range.last())) {
            return false;
        }
        for (int i = 0; i < map.ranges(); i++) {
            addIfAny(Math.max(physical, map.first(i)), Math.min(end, map.end(i)));
        }
        return true;
    }

    /** One certain place, now taken, or {@link PageAllocator#NO_PAGES} when not all of it is free RAM. */
    long reserveRam(long physical, long bytes) {
        for (MemoryRange range : free()) {
            if (physical >= range.start() && physical <= range.last() && bytes <= range.last() + 1 - physical) {
                take(new MemoryRange(physical, bytes));
                return physical;
            }
        }
        return PageAllocator.NO_PAGES;
    }

    /** Gives a part of what was reserved back; false, and nothing changes, when it was not all reserved. */
    boolean release(long physical, long bytes) {
        for (int i = 0; i < reserved.size(); i++) {
            MemoryRange range = reserved.get(i);
            if (physical >= range.start() && bytes <= range.last() + 1 - physical) {
                reserved.remove(i);
                addIfAny(range.start(), physical);
                addIfAny(physical + bytes, range.last() + 1);
                return true;
            }
        }
        return false;
    }

    /** RAM that is not reserved, without page frame 0, ascending. */
    List<MemoryRange> free() {
        List<MemoryRange> free = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < map.ranges(); i++) {
            long at = Math.max(map.first(i), pageBytes);
            for (; next < reserved.size() && reserved.get(next).start() < map.end(i); next++) {
                addRange(free, at, reserved.get(next).start());
                at = reserved.get(next).last() + 1;
            }
            addRange(free, at, map.end(i));
        }
        return free;
    }

    private void take(MemoryRange range) {
        reserved.add(range);
        reserved.sort(Comparator.comparingLong(MemoryRange::start));
    }

    private void addIfAny(long start, long end) {
        if (start < end) {
            take(new MemoryRange(start, end - start));
        }
    }

    private static void addRange(List<MemoryRange> ranges, long start, long end) {
        if (start < end) {
            ranges.add(new MemoryRange(start, end - start));
        }
    }
}
