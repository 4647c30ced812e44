package dev.dmaops.cli.replay;

import dev.dmaops.cli.TextTable;
import dev.dmaops.trace.DeviceShare;
import dev.dmaops.trace.FirstFailure;
import dev.dmaops.trace.LiveGroup;
import dev.dmaops.trace.ReplayReport;
import dev.dmaops.trace.RunLength;
import dev.dmaops.trace.SizeTried;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What came of a replay, to be read. */
public final class ReplayText {
    private static final int SLOT_BYTES = 2048;
    private static final int KIB = 1024;
    private static final double MIB = 1 << 20;

    private static final String NOTHING_BOUNCED = """
            Nothing bounced, so this trace asks for no pool of any size.
              A trace that was made without the event swiotlb:swiotlb_bounced looks the same. Enable it and those of dma, then trace
              again, before you make a pool smaller.
            """;

    private ReplayText() {}

    /** All of it. */
    public static String of(ReplayReport report) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s: %d events, %d calls that map in %.3f s, %s%n",
                report.trace(),
                report.events(),
                report.calls(),
                report.seconds(),
                many(report.processors(), "CPU")));
        text.append('\n').append(pool(report));
        boolean bounced = report.bounced() + report.failures() > 0;
        text.append('\n').append(bounced ? smallest(report) : NOTHING_BOUNCED);
        text.append('\n').append(devices(report));
        text.append(bounced ? "\n" + runLengths(report) : "");
        text.append('\n').append(live(report));
        text.append(incomplete(report));
        return text.toString();
    }

    private static String pool(ReplayReport report) {
        StringBuilder text = new StringBuilder();
        text.append(
                report.slots() == 0
                        ? "Pool: none [" + report.poolOrigin() + "]\n"
                        : String.format(
                                Locale.ROOT,
                                "Pool: %s in %s%s [%s]%n",
                                size(report.slots()),
                                many(report.areas(), "area"),
                                report.forced() ? ", everything bounces" : "",
                                report.poolOrigin()));
        text.append(String.format(
                Locale.ROOT,
                "  %s bounced, %s refused%n",
                many(report.bounced(), "mapping"),
                report.failures() == 0 ? "none" : report.failures()));
        if (report.slots() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "  high water %d of %d slots (%d %%)%s%n",
                    report.highWaterSlots(),
                    report.slots(),
                    Math.round(100.0 * report.highWaterSlots() / report.slots()),
                    report.kernelHighWaterSlots()
                            .map(kernel -> "; the kernel counted " + kernel)
                            .orElse("")));
        }
        if (report.addressesCompared() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %d of %d bounce addresses are those of the trace%n",
                    report.addressesEqual(),
                    report.addressesCompared()));
        }
        report.firstFailure().ifPresent(failure -> text.append(failure(failure)));
        if (report.refusedInTrace() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %s refused when the trace was made: what such a call would have mapped next, and for how long, is not in"
                            + " it%n",
                    many(report.refusedInTrace(), "call was", "calls were")));
        }
        return text.toString();
    }

    private static String failure(FirstFailure failure) {
        return String.format(
                Locale.ROOT,
                "  first refused: line %d, %.6f s, %s, %d bytes in a run of %s (%s): %d slots free, longest free run %d%n",
                failure.line(),
                failure.seconds(),
                failure.device(),
                failure.bytes(),
                many(failure.slots(), "slot"),
                failure.code(),
                failure.freeSlots(),
                failure.longestFreeRun());
    }

    private static String smallest(ReplayReport report) {
        StringBuilder text = new StringBuilder();
        if (report.smallestSlots().isEmpty()) {
            SizeTried last = report.sizesTried().getLast();
            text.append(String.format(
                    Locale.ROOT,
                    "Smallest pool that passes: none up to %s; that one refuses line %d%n",
                    size(last.slots()),
                    last.refusedAtLine().orElse(0L)));
        } else {
            text.append(String.format(
                    Locale.ROOT,
                    "Smallest pool that passes%s: %s%n",
                    report.refusedInTrace() > 0 ? ", at least" : "",
                    size(report.smallestSlots().get())));
            text.append(String.format(
                    Locale.ROOT,
                    "  boot argument %s%s%n",
                    report.bootArgument().orElse(""),
                    report.forced() ? ", and ,force at its end where everything has to bounce" : ""));
        }
        text.append("  tried, each with the whole trace: ")
                .append(tried(report))
                .append('\n');
        text.append("  It holds for this load in this order; another load needs another trace.\n");
        return text.toString();
    }

    private static String tried(ReplayReport report) {
        List<SizeTried> sizes = report.sizesTried();
        int from = sizes.size();
        while (from > 0 && sizes.get(from - 1).passes()) {
            from--;
        }
        String shown = sizes.stream()
                .limit(Math.min(sizes.size(), from + 1L))
                .map(ReplayText::tried)
                .collect(Collectors.joining(", "));
        int larger = sizes.size() - from - 1;
        return shown + (larger > 0 ? " and so " + (larger == 1 ? "does " : "do ") + many(larger, "larger one") : "");
    }

    private static String tried(SizeTried size) {
        return size.refusedAtLine()
                .map(line -> size.slots() + " refuses line " + line)
                .orElse(size.slots() + " passes");
    }

    private static String devices(ReplayReport report) {
        TextTable table = new TextTable("", Set.of(1, 2, 3, 4, 5, 6));
        table.row("DEVICE", "MAPS", "BOUNCED", "REFUSED", "MiB", "PEAK SLOTS", "SHARE", "KEEPS BITS");
        double all = report.devices().stream().mapToLong(DeviceShare::bytes).sum();
        for (DeviceShare device : report.devices()) {
            table.row(
                    device.id(),
                    String.valueOf(device.maps()),
                    String.valueOf(device.bounced()),
                    String.valueOf(device.failures()),
                    String.format(Locale.ROOT, "%.1f", device.bytes() / MIB),
                    String.valueOf(device.peakSlots()),
                    all == 0 ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * device.bytes() / all),
                    "0x" + Long.toHexString(device.minAlignMask()) + " [" + device.origin() + "]");
        }
        return table.text();
    }

    private static String runLengths(ReplayReport report) {
        TextTable table = new TextTable("", Set.of(0, 1, 2));
        table.row("SLOTS", "MAPPINGS", "SHARE");
        for (RunLength run : report.runLengths()) {
            table.row(
                    String.valueOf(run.slots()),
                    String.valueOf(run.mappings()),
                    String.format(Locale.ROOT, "%.1f %%", 100.0 * run.mappings() / report.bounced()));
        }
        return table.text();
    }

    private static String live(ReplayReport report) {
        if (report.live().isEmpty()) {
            return "Bounced mappings left at the end: none.\n";
        }
        StringBuilder text = new StringBuilder("Bounced mappings left at the end:\n");
        for (LiveGroup group : report.live()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %s %s %s, of %s (%s bytes), %.3f to %.3f s old: %s%n",
                    group.suspect() ? "LEAK?" : "no leak:",
                    group.device(),
                    many(group.count(), "mapping") + " " + group.direction(),
                    many(group.slots(), "slot"),
                    group.fewestBytes() == group.mostBytes()
                            ? String.valueOf(group.mostBytes())
                            : group.fewestBytes() + " to " + group.mostBytes(),
                    group.youngestSeconds(),
                    group.oldestSeconds(),
                    evidence(group)));
        }
        return text.toString();
    }

    private static String evidence(LiveGroup group) {
        return "never fewer than " + list(group.lowestByQuarter()) + " in the four quarters of its time, which left "
                + list(group.leftByQuarter()) + " behind";
    }

    private static String incomplete(ReplayReport report) {
        StringBuilder text = new StringBuilder();
        if (report.unmatchedAtStart() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s of what was mapped before the trace began: the pool was fuller than it is here.%n",
                    many(report.unmatchedAtStart(), "unmap")));
        }
        if (report.lossPlaces() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "Events are missing in %s (%d events as far as it is said): %s without a map, %s whose unmap was not seen."
                            + " Numbers are close, not exact. Give the tracer a larger buffer (buffer_size_kb).%n",
                    many(report.lossPlaces(), "place"),
                    report.lostEvents(),
                    many(report.unmatchedAfterLoss(), "unmap"),
                    many(report.unseenUnmaps(), "mapping")));
        }
        if (report.cutAtEnd()) {
            text.append("The last line is cut short and left out.\n");
        }
        report.unknownEvents()
                .forEach((name, count) -> text.append(
                        String.format(Locale.ROOT, "Left out: %s %s, not known here.%n", many(count, "event"), name)));
        return text.isEmpty() ? "" : "\n" + text;
    }

    private static String size(int slots) {
        long kib = (long) slots * SLOT_BYTES / KIB;
        return String.format(Locale.ROOT, "%d slots (%s)", slots, kib % KIB == 0 ? kib / KIB + " MiB" : kib + " KiB");
    }

    private static String list(List<Integer> counts) {
        return counts.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String many(long count, String what) {
        return many(count, what, what + "s");
    }

    private static String many(long count, String one, String more) {
        return count + " " + (count == 1 ? one : more);
    }
}
