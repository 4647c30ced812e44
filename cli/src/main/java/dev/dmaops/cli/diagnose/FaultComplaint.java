package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Accesses of one device that an IOMMU stopped. */
final class FaultComplaint extends Complaint {
    private static final long PAGE_BYTES = 4096;
    private static final int MOST_REASONS = 4;

    private boolean anyAddress;
    private long lowest;
    private long highest;
    private final TreeSet<String> accesses = new TreeSet<>();
    private final TreeSet<String> reasons = new TreeSet<>();

    FaultComplaint(Boot boot, LogDevice device, LogEntry first) {
        super(boot, device, first);
    }

    @Override
    void taken(LogEntry entry) {
        LogLine.IommuFault line = (LogLine.IommuFault) entry.line();
        if (!line.access().isEmpty()) {
            accesses.add(line.access());
        }
        if (!line.reason().isEmpty() && reasons.size() < MOST_REASONS) {
            reasons.add(line.reason());
        }
        if (line.address().isPresent()) {
            long address = line.address().getAsLong();
            lowest = anyAddress && Long.compareUnsigned(lowest, address) < 0 ? lowest : address;
            highest = anyAddress && Long.compareUnsigned(highest, address) > 0 ? highest : address;
            anyAddress = true;
        }
    }

    @Override
    Advice advice() {
        LogLine.IommuFault line = (LogLine.IommuFault) telling().line();
        List<String> because = new ArrayList<>();
        if (anyAddress && line.ofAddress()) {
            because.add((accesses.isEmpty() ? "Access" : capital(String.join(" and ", accesses))) + " of "
                    + (lowest == highest
                            ? "address " + Texts.hex(lowest)
                            : "addresses from " + Texts.hex(lowest) + " to " + Texts.hex(highest))
                    + ": what the device put on its bus, translated by the IOMMU; it is no physical address.");
        }
        if (!reasons.isEmpty()) {
            because.add("Reason: " + String.join("; ", reasons) + ".");
        }
        if (anyAddress && line.ofAddress() && Long.compareUnsigned(lowest, PAGE_BYTES) < 0) {
            because.add("The first page is never handed out: the device was given no address, or a null one.");
        }
        return line.ofAddress() ? addressFault(line, because) : entryFault(line, because);
    }

    private static Advice entryFault(LogLine.IommuFault line, List<String> because) {
        return Advice.meaning(
                "iommu-entry-fault",
                line.unit() + " does not accept the device",
                "The IOMMU found no valid entry for the device in its tables, or could not carry out a request; the address"
                        + " that the device used is not at fault.",
                because,
                List.of(
                        "Is the device listed, and in a group? ls /sys/kernel/iommu_groups/*/devices. One that is not there may be"
                                + " a function that the hardware hides behind another.",
                        "Earlier lines of the same IOMMU: errors when its tables (DMAR, IVRS, IORT) were read."),
                List.of(
                        "Update the firmware, whose tables say which devices stand behind which IOMMU.",
                        "If the device uses the number of another function, the kernel needs a quirk for it."));
    }

    private static Advice addressFault(LogLine.IommuFault line, List<String> because) {
        return Advice.meaning(
                "iommu-fault",
                line.unit() + " stopped an access of the device",
                "The device used an address that is not mapped for it, or not in that direction; the access was stopped.",
                because,
                List.of(
                        "Does the address belong to a mapping that has ended? Record the events dma:dma_map_* and dma:dma_unmap_*"
                                + " and look for it.",
                        "Is it a physical address (compare /proc/iomem)? Then a driver, or firmware, did not use the DMA API.",
                        "Does it come during boot only? Then firmware left the device running: a reserved region (RMRR, IVMD,"
                                + " iommu-addresses) is missing."),
                List.of(
                        "Stop the device before its buffers are unmapped, and give it only addresses that map returned, with"
                                + " the direction that it uses.",
                        "iommu=pt, or iommu.passthrough=1, takes the protection away and hides the fault; it repairs"
                                + " nothing."));
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
