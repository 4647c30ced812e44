package dev.dmaops.cli.scene;

import dev.dmaops.cli.TextTable;
import dev.dmaops.cli.workload.DeviceReport;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A comparison for people: two lines for each device, and one about all. */
public final class IommuComparisonText {
    private IommuComparisonText() {}

    /** The text, with its last line's end. */
    public static String of(IommuComparison comparison) {
        SceneReport without = comparison.without();
        SceneReport with = comparison.with();
        TextTable table = new TextTable("", Set.of(4, 5, 6, 7, 8, 9))
                .row("DEVICE", "IOMMU", "BACKEND", "DOMAIN", "MAPS", "REFUSED", "COPIES", "COPIED KiB", "WRONG", "ms");
        for (int i = 0; i < without.devices().size(); i++) {
            row(table, without.devices().get(i).report(), true);
            row(table, with.devices().get(i).report(), false);
        }
        return without.scene().name() + ": the same operations without and with an IOMMU (" + SceneText.system(without)
                + ")\n\n" + table.text() + total("without", without) + total("with", with) + nobody(comparison);
    }

    private static void row(TextTable table, DeviceReport device, boolean first) {
        table.row(
                first ? device.choice().device() : "",
                first ? "absent" : "present",
                device.choice().backend(),
                device.choice().iommuDomain().text(),
                Long.toString(device.maps()),
                Long.toString(refused(device)),
                Long.toString(device.bouncedTotal()),
                kibibytes(device.bouncedBytes()),
                Long.toString(device.mismatchedBytes()),
                milliseconds(device.nanos()));
    }

    private static String total(String world, SceneReport report) {
        List<DeviceReport> devices =
                report.devices().stream().map(DrivenDevice::report).toList();
        long maps = devices.stream().mapToLong(DeviceReport::maps).sum();
        long copies = devices.stream().mapToLong(DeviceReport::bouncedTotal).sum();
        long copied = devices.stream().mapToLong(DeviceReport::bouncedBytes).sum();
        long nanos = devices.stream().mapToLong(DeviceReport::nanos).sum();
        return world + ": " + maps + " maps, " + copies + " copies of " + kibibytes(copied) + " KiB, "
                + report.mismatchedBytes() + " wrong bytes, " + milliseconds(nanos) + " ms\n";
    }

    private static String nobody(IommuComparison comparison) {
        boolean any = comparison.with().devices().stream()
                .anyMatch(device -> device.report().choice().iommuDomain().translates());
        return any
                ? ""
                : "The kernel translates for no device here; explain says why (on x86, kernel.cmdline may have to say"
                        + " intel_iommu=on).\n";
    }

    private static long refused(DeviceReport device) {
        return device.refused().values().stream().mapToLong(Long::longValue).sum();
    }

    private static String kibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1024.0);
    }

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }
}
