package dev.dmaops.machine.sim;

import dev.dmaops.spi.MemoryRange;
import java.util.Arrays;
import java.util.List;

/** Which physical addresses are RAM: ascending ranges, neither overlapping nor touching. */
final class MemoryMap {
    private final long[] first;
    private final long[] end;

    /**
     * Joins ranges that touch.
     *
     * @param ranges ascending, not overlapping
     */
    MemoryMap(List<MemoryRange> ranges) {
        long[] starts = new long[ranges.size()];
        long[] ends = new long[ranges.size()];
        int count = 0;
        for (MemoryRange range : ranges) {
            if (count > 0 && ends[count - 1] == range.start()) {
                ends[count - 1] = range.last() + 1;
            } else {
                starts[count] = range.start();
                ends[count++] = range.last() + 1;
            }
        }
        first = Arrays.copyOf(starts, count);
        end = Arrays.copyOf(ends, count);
    }

    int ranges() {
        return first.length;
    }

    long first(int range) {
        return first[range];
    }

    /** One past the last byte of a range. */
    long end(int range) {
        return end[range];
    }

    /** One past the highest byte of RAM. */
    long end() {
        return end[end.length - 1];
    }

    /** Whether all bytes are RAM; an empty range is when its address is in RAM or at the end of it. */
    boolean contains(long physical, long bytes) {
        if ((physical | bytes) < 0) {
            return false;
        }
        // Few ranges, and the test stands in the path of every copy: a plain loop is the fastest search.
        for (int i = 0; i < first.length; i++) {
            if (physical < end[i] || (bytes == 0 && physical == end[i])) {
                return physical >= first[i] && bytes <= end[i] - physical;
            }
        }
        return false;
    }
}
