package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.MemoryRange;
import java.util.List;

/** Which frames of a domain are RAM of its memory map, whether something is behind them or not. Asked by every map: allocates nothing. */
final class OwnRam {
    private final List<MemoryRange> ranges;
    private final long[] starts;
    private final long[] lasts;

    OwnRam(List<MemoryRange> ranges) {
        this.ranges = ranges;
        starts = ranges.stream().mapToLong(MemoryRange::start).toArray();
        lasts = ranges.stream().mapToLong(MemoryRange::last).toArray();
    }

    boolean contains(long pfn) {
        long physical = pfn << BusFrames.SHIFT;
        for (int i = 0; i < starts.length; i++) {
            if (physical >= starts[i] && physical <= lasts[i]) {
                return true;
            }
        }
        return false;
    }

    /** One past the highest frame. */
    long end() {
        return (ranges.getLast().last() + 1) >>> BusFrames.SHIFT;
    }

    long frames() {
        return ranges.stream().mapToLong(MemoryRange::bytes).sum() >>> BusFrames.SHIFT;
    }

    List<MemoryRange> ranges() {
        return ranges;
    }
}
