package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.MemoryRange;
import java.util.List;

/** Which frames of a domain are RAM of its memory map, whether something is behind them or not. */
final class OwnRam {
    private final List<MemoryRange> ranges;

    OwnRam(List<MemoryRange> ranges) {
        this.ranges = ranges;
    }

    boolean contains(long pfn) {
        long physical = pfn << BusFrames.SHIFT;
        for (MemoryRange range : ranges) {
            if (physical >= range.start() && physical <= range.last()) {
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
