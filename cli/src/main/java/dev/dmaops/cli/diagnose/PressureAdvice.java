package dev.dmaops.cli.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Causes 2 and 3: the pool is full, or nearly so. Which of the two it is, only the course of time can tell. */
final class PressureAdvice {
    private PressureAdvice() {}

    static Advice of(PoolFullComplaint complaint, PoolHistory pool) {
        boolean leak = pool.leaks();
        boolean seenFalling = pool.falls() > 0;
        List<PoolCause> causes = new ArrayList<>(
                leak ? List.of(PoolCause.LEAK, PoolCause.LOAD) : List.of(PoolCause.LOAD, PoolCause.LEAK));
        long free = complaint.total() - complaint.leastUsed();
        if (free >= Slots.needed(complaint.leastBytes())) {
            causes.add(PoolCause.FRAGMENTATION);
        }
        Certainty certainty = (leak ? pool.isClear() : seenFalling) ? Certainty.LIKELY : Certainty.POSSIBLE;
        return new Advice(
                "bounce-refused",
                "swiotlb buffer is full",
                causes,
                certainty,
                Optional.empty(),
                because(complaint, pool, leak),
                TO_TELL,
                leak ? leakCure(complaint) : loadCure(complaint));
    }

    private static List<String> because(PoolFullComplaint complaint, PoolHistory pool, boolean leak) {
        List<String> because = new ArrayList<>();
        long needed = Slots.needed(complaint.mostBytes());
        because.add(complaint.usedText() + " were in use, and "
                + Texts.range(Slots.needed(complaint.leastBytes()), needed) + " asked for.");
        if (leak) {
            because.add("In use rose from " + pool.firstLow() + " to " + pool.lastLow() + " over " + pool.momentCount()
                    + " moments" + (pool.falls() == 0 ? " and fell at none of them." : "."));
        } else if (pool.falls() > 0) {
            because.add("In use fell " + pool.falls() + (pool.falls() == 1 ? " time" : " times") + ", by up to "
                    + pool.largestFall() + " slots: mappings are undone, so it is not a leak alone.");
        } else if (pool.momentCount() == 1) {
            because.add(
                    "All samples are of one moment (the kernel prints ten lines in five seconds at most), so nothing shows"
                            + " whether it grows.");
        } else {
            because.add("In use did not grow over " + pool.momentCount()
                    + " moments; but the kernel prints only when it refuses, and a leak that has filled the pool looks"
                    + " the same.");
        }
        return because;
    }

    private static List<String> leakCure(PoolFullComplaint complaint) {
        return List.of(
                "Repair the driver that maps without unmapping; CONFIG_DMA_API_DEBUG lists live mappings by driver in"
                        + " /sys/kernel/debug/dma-api/dump.",
                "A larger pool (" + BootArgument.doubled(complaint.boot(), complaint.total()) + ") only puts it off.");
    }

    private static List<String> loadCure(PoolFullComplaint complaint) {
        List<String> cure = new ArrayList<>();
        cure.add("If it is the load: " + lowered(BootArgument.cure(complaint.boot(), complaint.total())));
        cure.add(
                "To size it: io_tlb_used_hiwater under the full load (echo 0 into it starts again) is what was needed at"
                        + " least.");
        cure.add("Or less at once: shorter queues, smaller requests, fewer devices that bounce"
                + (complaint.boot().parameters().forceBounce() ? " (swiotlb= has force: all do)." : "."));
        return cure;
    }

    private static String lowered(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    static final List<String> TO_TELL = List.of(
            "Twice, while the device is idle: cat /sys/kernel/debug/swiotlb/io_tlb_used. A leak stays or grows, a load"
                    + " goes away.",
            "Stop or unload one driver after the other and look again: slots that do not come back were leaked by it. The"
                    + " refused device need not be the one that leaks.");
}
