package dev.dmaops.cli.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cause 1: certain from one line. */
final class TooLargeAdvice {
    private TooLargeAdvice() {}

    static Advice of(PoolFullComplaint complaint) {
        List<String> because = new ArrayList<>();
        because.add(Texts.range(complaint.leastBytes(), complaint.mostBytes())
                + " bytes are more than 262144: one mapping takes at most 128 slots of 2048 bytes, whatever the size of"
                + " the pool.");
        if (complaint.leastBytes() - Slots.LARGEST_BYTES < Slots.MOST_PADDING) {
            because.add("The line counts the padding for the device's alignment, so the buffer itself can be smaller.");
        }
        if (complaint.hasCounters()) {
            boolean full = PoolHistory.near(complaint.mostUsed(), complaint.total());
            because.add(complaint.usedText() + " were in use: "
                    + (full ? "that does not matter here." : "the pool is not full."));
        }
        List<String> cure = new ArrayList<>();
        cure.add(SPLIT);
        cure.add("For a disk: echo 256 > /sys/block/DISK/queue/max_sectors_kb (252 with a min_align_mask of 0xfff).");
        cure.add("A larger pool does not help: swiotlb=SLOTS leaves this limit as it is.");
        if (complaint.boot().parameters().forceBounce()) {
            cure.add(
                    "Without bouncing there is no such limit: remove force from swiotlb=, unless the device needs it.");
        }
        return new Advice(
                "bounce-refused",
                "a request larger than a mapping can be was refused",
                List.of(PoolCause.TOO_LARGE),
                Certainty.CERTAIN,
                Optional.empty(),
                because,
                List.of(),
                cure);
    }

    static final String SPLIT =
            "Split the buffer: the driver asks dma_max_mapping_size(), which is 262144 less the padding for the device's"
                    + " min_align_mask (258048 with 0xfff).";
}
