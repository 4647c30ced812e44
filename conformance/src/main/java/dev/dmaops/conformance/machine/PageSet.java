package dev.dmaops.conformance.machine;

import dev.dmaops.spi.MemoryRange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of pages, kept as ranges: what a recording says of memory before it is replayed. */
public final class PageSet {
    private final long page;
    private final TreeMap<Long, Long> ends = new TreeMap<>();

    /**
     * An empty set.
     *
     * @param page page size in bytes, a power of two
     */
    public PageSet(long page) {
        this.page = page;
    }

    /** Adds the pages of a range; one that is no range of addresses adds nothing. */
    public void add(long first, long bytes) {
        long start = first & -page;
        long end = (first + bytes + page - 1) & -page;
        if (first < 0 || bytes <= 0 || end <= start) {
            return;
        }
        Map.Entry<Long, Long> before = ends.floorEntry(end);
        while (before != null && before.getValue() >= start) {
            start = Math.min(start, before.getKey());
            end = Math.max(end, before.getValue());
            ends.remove(before.getKey());
            before = ends.floorEntry(end);
        }
        ends.put(start, end);
    }

    /** The ranges, ascending, without overlap, and none touching the next. */
    public List<MemoryRange> ranges() {
        return ends.entrySet().stream()
                .map(entry -> new MemoryRange(entry.getKey(), entry.getValue() - entry.getKey()))
                .toList();
    }

    /** The ranges outside of another one. */
    public List<MemoryRange> without(MemoryRange hole) {
        PageSet rest = new PageSet(page);
        for (MemoryRange range : ranges()) {
            long holeEnd = hole.start() + hole.bytes();
            long end = range.start() + range.bytes();
            rest.add(range.start(), Math.min(end, hole.start()) - range.start());
            long from = Math.max(range.start(), holeEnd);
            rest.add(from, end - from);
        }
        return rest.ranges();
    }
}
