package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import java.util.List;

/** The kernel stopped in its DMA code, because a driver asked for what the DMA API forbids. */
final class BugComplaint extends Complaint {
    BugComplaint(Boot boot, LogEntry first) {
        super(boot, LogDevice.UNKNOWN, first);
    }

    @Override
    Advice advice() {
        String file = ((LogLine.Bug) telling().line()).file();
        return Advice.meaning(
                "kernel-bug",
                "the kernel stopped in its DMA code",
                "A driver asked for what the DMA API forbids, and the kernel ended its task.",
                switch (file) {
                    case "mapping.c" -> List.of("In mapping.c this is a direction that is none of the three.");
                    case "swiotlb.c" -> List.of("In swiotlb.c this is an empty buffer: a mapping of 0 bytes.");
                    default -> List.of();
                },
                List.of("The call trace below the line names the driver's function."),
                List.of("Map at least one byte, with DMA_TO_DEVICE, DMA_FROM_DEVICE or DMA_BIDIRECTIONAL."));
    }
}
