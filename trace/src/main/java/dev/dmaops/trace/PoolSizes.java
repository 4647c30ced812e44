package dev.dmaops.trace;

import dev.dmaops.firmware.cmdline.KernelCommandLine;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.trace.setup.PoolFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * The sizes that a pool can have. Linux makes at least 128 slots for each area and rounds up to a power of two, so there are few
 * enough to try them all; no order among them is assumed.
 */
final class PoolSizes {
    private PoolSizes() {}

    /** The areas that Linux makes of those that the pool has, or of its processors when it has none. */
    static int areas(PoolFacts pool) {
        return (int) SwiotlbParameters.defaults()
                .adjustAreas(pool.areas() == 0 ? pool.processors() : pool.areas())
                .areas();
    }

    /** The sizes from just above one to another, both in slots. */
    static List<Integer> between(int above, int last, int areas) {
        List<Integer> sizes = new ArrayList<>();
        for (long slots = made(1, areas); slots <= last; slots *= 2) {
            if (slots > above) {
                sizes.add((int) slots);
            }
        }
        return sizes;
    }

    /** What asks for the size; areas are left out where the processors give the same. */
    static String bootArgument(int slots, int areas, int processors) {
        SwiotlbParameters alone = SwiotlbParameters.of(KernelCommandLine.parse("swiotlb=" + slots))
                .withDefaultAreas(processors);
        boolean same = processors > 0 && alone.slots() == slots && alone.areas() == areas;
        return "swiotlb=" + slots + (same ? "" : "," + areas);
    }

    private static long made(int slots, int areas) {
        return SwiotlbParameters.of(KernelCommandLine.parse("swiotlb=" + slots + "," + areas))
                .slots();
    }
}
