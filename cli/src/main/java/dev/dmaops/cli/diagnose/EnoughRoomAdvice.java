package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Causes 4 and 5: more slots are free than the request needs, and yet it found no place. */
final class EnoughRoomAdvice {
    private EnoughRoomAdvice() {}

    static Advice of(PoolFullComplaint complaint, PoolHistory pool) {
        boolean placement = complaint.runForSure() > 0 || complaint.runExpected() > 0;
        List<PoolCause> causes = new ArrayList<>();
        causes.add(placement ? PoolCause.PLACEMENT : PoolCause.FRAGMENTATION);
        boolean always = complaint.runForSure() == complaint.count();
        if (!always) {
            causes.add(placement ? PoolCause.FRAGMENTATION : PoolCause.PLACEMENT);
        }
        boolean tooLarge = mayBeTooLarge(complaint, placement);
        if (tooLarge) {
            causes.add(PoolCause.TOO_LARGE);
        }
        if (pool.grows()) {
            causes.add(PoolCause.LEAK);
        }
        List<String> because = because(complaint, placement);
        if (tooLarge) {
            long bytes = tooLargeBytes(complaint, placement);
            long mask = Slots.maskThatForbids(bytes);
            because.add("With a min_align_mask of " + Texts.hex(mask) + " or more a mapping is sure of "
                    + (Slots.LARGEST_BYTES - mask - 1) + " bytes only: " + bytes + " would be too large.");
        }
        if (pool.grows()) {
            because.add("In use rose from " + pool.firstLow() + " to " + pool.lastLow() + " over " + pool.momentCount()
                    + " moments: it may become a leak that fills the pool.");
        }
        return new Advice(
                "bounce-refused",
                "swiotlb buffer is full",
                causes,
                certainty(complaint, placement, tooLarge),
                Optional.empty(),
                because,
                toTell(placement),
                placement ? placementCure(tooLarge) : fragmentationCure(complaint));
    }

    /** A single line can be out of date: slots are counted after the search, and others free them meanwhile. */
    private static Certainty certainty(PoolFullComplaint complaint, boolean placement, boolean tooLarge) {
        if (complaint.count() == 1) {
            return complaint.runForSure() == 1 && !tooLarge ? Certainty.LIKELY : Certainty.POSSIBLE;
        }
        boolean proven = placement && !tooLarge && complaint.runForSure() > 1;
        return proven ? Certainty.CERTAIN : Certainty.LIKELY;
    }

    private static boolean mayBeTooLarge(PoolFullComplaint complaint, boolean placement) {
        long padding = placement ? Slots.MOST_PADDING : Slots.USUAL_PADDING;
        return complaint.mostBytes() > Slots.LARGEST_BYTES - padding;
    }

    /** The line that tells most counts, if it can be too large at all. */
    private static long tooLargeBytes(PoolFullComplaint complaint, boolean placement) {
        long telling = complaint.tellingLine().bytes();
        long padding = placement ? Slots.MOST_PADDING : Slots.USUAL_PADDING;
        return telling > Slots.LARGEST_BYTES - padding ? telling : complaint.mostBytes();
    }

    private static List<String> because(PoolFullComplaint complaint, boolean placement) {
        LogLine.PoolFull line = complaint.tellingLine();
        long used = line.used().orElse(0);
        long needed = Slots.needed(line.bytes());
        List<String> because = new ArrayList<>();
        because.add(complaint.usedText() + " were in use, so the pool is not full; the request needs "
                + Texts.range(Slots.needed(complaint.leastBytes()), Slots.needed(complaint.mostBytes()))
                + " in one run.");
        if (complaint.runForSure() > 0) {
            because.add("A run of " + needed + " was free for sure: " + used + " used slots cannot break up "
                    + line.total().orElse(0) + ", that takes "
                    + Slots.fewestThatBlock(line.total().orElse(0), line.bytes()) + " or more.");
        } else if (placement) {
            because.add("A run of " + needed + " was most likely free: were the " + used
                    + " used slots mappings of 8 KiB strewn at random, about "
                    + Math.round(Slots.expectedPlaces(line.total().orElse(0), used, line.bytes()))
                    + " places would be left.");
        } else {
            because.add(
                    "A run has to lie in one set of 128 slots, and " + used + " used slots are enough to break up all "
                            + (line.total().orElse(0) + Slots.SET - 1) / Slots.SET + " sets: no run of " + needed
                            + " need be left.");
        }
        if (complaint.count() == 1) {
            because.add("It is one line alone, and the slots are counted a moment after the search.");
        }
        areas(complaint).ifPresent(because::add);
        return because;
    }

    private static Optional<String> areas(PoolFullComplaint complaint) {
        OptionalLong areas = complaint.boot().areasOf(complaint.total());
        return areas.isPresent() && areas.getAsLong() > 1
                ? Optional.of("The pool has " + areas.getAsLong() + " areas of "
                        + complaint.total() / areas.getAsLong()
                        + " slots: a run has to lie in one of them, and a single area may be full.")
                : Optional.empty();
    }

    private static List<String> toTell(boolean placement) {
        String counters =
                "When it happens, twice: cat /sys/kernel/debug/swiotlb/io_tlb_used, and io_tlb_used_hiwater once: far below"
                        + " io_tlb_nslabs, the pool has room.";
        return placement
                ? List.of(
                        counters,
                        "What the device asks for: its driver's dma_set_min_align_mask() and dma_set_seg_boundary(); for a"
                                + " disk /sys/block/DISK/queue/virt_boundary_mask, seg_boundary_mask and dma_alignment.")
                : List.of(
                        counters,
                        "Whether only large requests fail: then it is fragmentation. If one device alone is refused while"
                                + " others get as much, it is its alignment or segment boundary (cause 5).");
    }

    private static List<String> placementCure(boolean tooLarge) {
        List<String> cure = new ArrayList<>();
        cure.add("Map smaller pieces: they fit more places. A piece longer than the segment boundary never fits.");
        cure.add(
                "Align buffers to the device's min_align_mask, or relax that mask or the segment boundary in its driver, if"
                        + " the hardware allows.");
        if (tooLarge) {
            cure.add(TooLargeAdvice.SPLIT);
        }
        cure.add("A larger pool does not help where the constraints leave no place in any set of 128 slots.");
        return cure;
    }

    private static List<String> fragmentationCure(PoolFullComplaint complaint) {
        return List.of(
                "Map smaller pieces; for a disk: echo 64 > /sys/block/DISK/queue/max_sectors_kb asks for 32 slots at most.",
                BootArgument.cure(complaint.boot(), complaint.total()) + " More sets stay whole then.",
                "Mappings that live long break up sets for good: unmap them, or take coherent memory for them.");
    }

    /** Old kernels print the size alone. */
    static Advice withoutCounters(PoolFullComplaint complaint) {
        List<PoolCause> causes =
                new ArrayList<>(List.of(PoolCause.LOAD, PoolCause.LEAK, PoolCause.FRAGMENTATION, PoolCause.PLACEMENT));
        if (complaint.mostBytes() > Slots.LARGEST_BYTES - Slots.USUAL_PADDING) {
            causes.add(PoolCause.TOO_LARGE);
        }
        return new Advice(
                "bounce-refused",
                "swiotlb buffer is full",
                causes,
                Certainty.POSSIBLE,
                Optional.empty(),
                List.of(
                        Texts.range(complaint.leastBytes(), complaint.mostBytes())
                                + " bytes are not more than a mapping can have (262144).",
                        "This kernel does not print how many slots are in use."),
                List.of(
                        "cat /sys/kernel/debug/swiotlb/io_tlb_used and io_tlb_nslabs when it happens and again when idle:"
                                + " near the size and staying is a leak (2), near it and going away a load (3), far below it"
                                + " fragmentation or alignment (4, 5)."),
                List.of(
                        "Which cure helps depends on the cause: a larger pool (swiotlb=SLOTS) cures a load, not a leak."));
    }
}
