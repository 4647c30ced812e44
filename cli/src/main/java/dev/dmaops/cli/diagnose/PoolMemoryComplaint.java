package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import java.util.List;

/** Memory for a bounce pool that could not be had. */
final class PoolMemoryComplaint extends Complaint {
    PoolMemoryComplaint(Boot boot, LogEntry first) {
        super(boot, LogDevice.UNKNOWN, first);
    }

    @Override
    boolean isMoreTelling(LogEntry entry) {
        return entry.line() instanceof LogLine.PoolReduced;
    }

    /** Whether the pool was made after all, or is not wanted, so that there is nothing to complain of. */
    boolean isSettled() {
        return !(telling().line() instanceof LogLine.PoolReduced)
                && !isOfGrowth()
                && (boot().slots().isPresent() || boot().parameters().forceDisable());
    }

    private boolean isOfGrowth() {
        return telling().message().contains("new pool");
    }

    @Override
    Advice advice() {
        if (telling().line() instanceof LogLine.PoolReduced line) {
            return Advice.meaning(
                    "pool-reduced",
                    "the bounce pool is smaller than asked for",
                    "There was no memory for the pool in this size, so the kernel halved it until it fitted.",
                    List.of(line.asked() + " slots (" + Slots.size(line.asked()) + ") were asked for, " + line.got()
                            + " (" + Slots.size(line.got()) + ") could be had, in one piece below 4 GiB."),
                    List.of(),
                    List.of(
                            "Ask for what can be had: swiotlb=" + line.got()
                                    + ". The size is a number of slots of 2048 bytes," + " not of bytes.",
                            "If more is needed, give the machine more memory below 4 GiB, or let fewer devices bounce."));
        }
        if (isOfGrowth()) {
            return Advice.meaning(
                    "pool-not-grown",
                    "the bounce pool could not grow",
                    "A dynamic pool (SWIOTLB_DYNAMIC) was to grow and found no memory; mappings take small pools of their own"
                            + " meanwhile.",
                    List.of(),
                    List.of("cat /sys/kernel/debug/swiotlb/io_tlb_used_hiwater"),
                    List.of("Make the pool large enough at boot: swiotlb=SLOTS."));
        }
        return Advice.meaning(
                "pool-not-made",
                "the bounce pool could not be made",
                "There was no memory for a bounce pool at boot: devices that do not reach all memory will fail.",
                List.of("The kernel halves the size down to 512 slots (1 MiB) before it gives up."),
                List.of("Which memory there is below 4 GiB: the BIOS-e820 lines, or /proc/iomem."),
                List.of(
                        "Ask for less: swiotlb=4096 is 8 MiB.",
                        "Make room below 4 GiB: a smaller crashkernel= or CMA area, or more memory there.",
                        "If no device needs bouncing, say so: swiotlb=noforce."));
    }
}
