package dev.dmaops.cli.scene;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceReason;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.cli.TextTable;
import dev.dmaops.cli.workload.DeviceReport;
import dev.dmaops.runtime.assembly.ForeignBehindIommu;
import dev.dmaops.runtime.configuration.Quantities;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A report for people: a table, and below it why maps bounced or were refused. */
public final class SceneText {
    private SceneText() {}

    /** The text, with its last line's end. */
    public static String of(SceneReport report) {
        StringBuilder text = new StringBuilder(heading(report)).append("\n\n").append(table(report));
        for (DrivenDevice driven : report.devices()) {
            DeviceReport device = driven.report();
            if (!device.notDriven().isEmpty()) {
                text.append("  not driven: ").append(device.notDriven()).append('\n');
            }
            if (!device.refused().isEmpty() || device.faults() > 0) {
                text.append("  ").append(trouble(device)).append('\n');
            }
        }
        report.devices().forEach(driven -> text.append(foreign(driven.report())));
        report.devices().forEach(driven -> text.append(detections(driven.report())));
        text.append(warnings(report));
        for (PoolStatistics pool : report.pools()) {
            text.append(pool(pool)).append('\n');
        }
        if (!report.leftOut().isEmpty()) {
            text.append("not driven, because nothing there starts DMA: ")
                    .append(String.join(", ", report.leftOut()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String heading(SceneReport report) {
        return report.scene().name() + ": " + report.scene().title() + " (" + system(report) + ", "
                + (report.poolSlots() == 0 ? "no bounce pool" : report.poolSlots() + " bounce slots") + ")";
    }

    /** Platform, kernel and RAM in a few words. */
    static String system(SceneReport report) {
        long ram = report.system().ram().stream().mapToLong(MemoryRange::bytes).sum();
        return report.system().architecture().value().text() + ", Linux "
                + report.system().kernel().value() + ", " + Quantities.text(ram) + " of RAM";
    }

    private static String table(SceneReport report) {
        TextTable table = new TextTable("", Set.of(3, 4, 5, 6, 7, 8, 9, 10))
                .row(
                        "DEVICE",
                        "BACKEND",
                        "WHY",
                        "MAPS",
                        "DIRECT",
                        "TRANSLATED",
                        "BOUNCED",
                        "MiB",
                        "MiB/s",
                        "SLOTS",
                        "WRONG",
                        "WHY BOUNCED");
        for (DrivenDevice driven : report.devices()) {
            DeviceReport device = driven.report();
            table.row(
                    device.choice().device(),
                    device.choice().backend(),
                    driven.why(),
                    Long.toString(device.maps()),
                    Long.toString(device.direct()),
                    Long.toString(device.translated()),
                    Long.toString(device.bouncedTotal()),
                    mebibytes(device.bytes()),
                    mebibytes(device.bytesPerSecond()),
                    Integer.toString(device.poolHighWaterSlots()),
                    Long.toString(device.mismatchedBytes()),
                    bounced(device.bounced()));
        }
        return table.text();
    }

    /** Each warning once, with the devices that it is about. */
    private static String warnings(SceneReport report) {
        Map<String, List<String>> devices = new LinkedHashMap<>();
        for (DrivenDevice driven : report.devices()) {
            BackendChoice choice = driven.report().choice();
            ForeignBehindIommu.warning(choice)
                    .ifPresent(warning -> devices.computeIfAbsent(
                                    "warning " + warning.rule() + ": " + warning.because(), text -> new ArrayList<>())
                            .add(choice.device()));
        }
        return devices.entrySet().stream()
                .map(warning -> warning.getKey() + " (" + String.join(", ", warning.getValue()) + ")\n")
                .collect(Collectors.joining());
    }

    private static String trouble(DeviceReport device) {
        String refused = device.refused().entrySet().stream()
                .map(entry -> ", " + entry.getValue() + " maps refused: "
                        + entry.getKey().text() + " " + entry.getKey().name())
                .collect(Collectors.joining());
        String faults = device.faults() == 0 ? "" : ", " + device.faults() + " accesses led nowhere";
        return device.choice().device() + ": " + (refused + faults).substring(2);
    }

    /** What serving other domains took, with rates. */
    private static String foreign(DeviceReport device) {
        if (device.foreignMaps() + device.grantCopies() == 0) {
            return "";
        }
        String copies = device.grantCopies() == 0
                ? "no grant copies"
                : rate(device, device.grantCopies()) + " grant copies of " + mebibytes(device.grantCopiedBytes())
                        + " MiB";
        return "  " + device.choice().device() + " for other domains: " + rate(device, device.foreignMaps())
                + " pages mapped, " + copies + ", " + rate(device, device.bouncedTotal()) + " bounces\n";
    }

    private static String rate(DeviceReport device, long count) {
        return count + " (" + device.perSecond(count) + "/s)";
    }

    private static String detections(DeviceReport device) {
        return device.detections().stream()
                .map(one -> "  " + device.choice().device() + ": "
                        + (one.missed() == 0
                                ? one.times() == 1 ? "once" : one.times() + " times"
                                : "FAILED " + one.missed() + " of " + (one.times() + one.missed()) + " times")
                        + ": " + one.what() + "\n")
                .collect(Collectors.joining());
    }

    private static String pool(PoolStatistics pool) {
        return "pool " + pool.name() + ": " + pool.slots() + " slots in "
                + pool.areas().size() + (pool.areas().size() == 1 ? " area, " : " areas, ") + pool.mappings()
                + " bounces by " + pool.devices().size() + (pool.devices().size() == 1 ? " device, " : " devices, ")
                + pool.refusals() + " refused, " + mebibytes(pool.bytesToDevice()) + " MiB copied in, "
                + mebibytes(pool.bytesToCpu()) + " MiB back, " + pool.fallThroughs() + " from other areas, "
                + pool.waits() + " waits";
    }

    private static String bounced(Map<BounceReason, Long> counts) {
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + word(entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String word(BounceReason reason) {
        return switch (reason) {
            case ADDRESS_ABOVE_LIMIT -> "above limit";
            case FORCED_BY_CONFIG, FORCED_CONFIDENTIAL_GUEST -> "forced";
            case OUTSIDE_DMA_RANGES -> "outside dma-ranges";
            case RESTRICTED_POOL -> "restricted";
            case SMALL_UNALIGNED_BUFFER -> "small";
            case UNTRUSTED_PARTIAL_GRANULE -> "partial granule";
            case STRADDLES_MACHINE_FRAMES -> "straddling";
            case MACHINE_MISALIGNED -> "misaligned";
            case FOREIGN_NOT_FLUSHABLE -> "foreign";
            case NOT_DEVICE_MEMORY -> "heap";
        };
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1048576.0);
    }

    /** One line about several scenes: maps, bytes, and whether every byte was right. */
    public static String total(Iterable<SceneReport> reports) {
        long maps = 0;
        long bytes = 0;
        long wrong = 0;
        for (SceneReport report : reports) {
            for (DrivenDevice driven : report.devices()) {
                DeviceReport device = driven.report();
                maps += device.maps();
                bytes += device.bytes();
                wrong += device.mismatchedBytes();
            }
        }
        return maps + " maps, " + mebibytes(bytes) + " MiB checked on both sides, " + wrong + " wrong bytes.\n";
    }
}
