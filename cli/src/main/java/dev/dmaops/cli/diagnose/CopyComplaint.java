package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import java.util.List;

/** A copy between buffer and bounce buffer that would have left the mapping. */
final class CopyComplaint extends Complaint {
    CopyComplaint(Boot boot, LogDevice device, LogEntry first) {
        super(boot, device, first);
    }

    @Override
    Advice advice() {
        return switch (telling().line()) {
            case LogLine.CopyTooLong line ->
                Advice.meaning(
                        "copy-beyond-mapping",
                        "a sync or unmap runs past the end of the mapping",
                        "The driver synchronised or unmapped more bytes than it had mapped.",
                        List.of(
                                "From the place of the copy " + line.room() + " bytes are left in the mapping, "
                                        + line.asked() + " were to be copied: " + (line.asked() - line.room())
                                        + " too many.",
                                "Kernels from 6.12 copy the " + line.room()
                                        + " bytes that are left, 6.1 and 5.15 copy nothing.",
                                "The kernel prints this once: later ones are silent."),
                        List.of("The call trace below the line names the driver's function."),
                        List.of("Sync and unmap with the size that was mapped, and keep offset + size inside of it."));
            case LogLine.CopyBeforeStart line ->
                Advice.meaning(
                        "copy-before-mapping",
                        "a sync begins in front of the mapping",
                        "The driver synchronised bytes in front of what it had mapped.",
                        List.of(
                                "The mapping begins at byte " + line.original() + " of its slot, the sync at byte "
                                        + line.requested() + ": " + (line.original() - line.requested())
                                        + " too early.",
                                "Nothing was copied. Kernels from 6.12 copy without a word here, over bytes that belong to"
                                        + " somebody else."),
                        List.of("The call trace below the line names the driver's function."),
                        List.of("Sync from the address that map returned, plus an offset that is not negative."));
            default -> throw new IllegalStateException("no copy: " + telling().line());
        };
    }
}
