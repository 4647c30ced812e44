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
        if (anyAddress) {
            because.add((accesses.isEmpty() ? "Access" : capital(String.join(" and ", accesses))) + " of "
                    + (lowest == highest
                            ? "address " + hex(lowest)
                            : "addresses from " + hex(lowest) + " to " + hex(highest))
                    + ": what the device put on its bus, translated by the IOMMU; it is no physical address.");
        }
        if (!reasons.isEmpty()) {
            because.add("Reason: " + String.join("; ", reasons) + ".");
        }
        if (anyAddress && Long.compareUnsigned(lowest, PAGE_BYTES) < 0) {
            because.add("The first page is never handed out: the device was given no address, or a null one.");
        }
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

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
