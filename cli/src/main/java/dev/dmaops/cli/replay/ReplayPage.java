package dev.dmaops.cli.replay;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.trace.DeviceShare;
import dev.dmaops.trace.ReplayReport;
import dev.dmaops.trace.UsedSlots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What came of a replay as one page that needs nothing else. */
public final class ReplayPage {
    private static final double MIB = 1 << 20;

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 960px; padding: 0 1em; color: #222; }
            h1 { font-size: 1.3em; } h2 { font-size: 1.05em; margin-top: 2em; }
            svg { width: 100%; } svg text { font: 12px sans-serif; fill: #444; }
            .area { fill: #4878a8; } .limit { stroke: #b03030; stroke-dasharray: 6 4; fill: none; }
            pre { overflow-x: auto; background: #f4f4f4; padding: 1em; }
            """;

    private ReplayPage() {}

    /**
     * Writes it.
     *
     * @throws DmaConfigurationException when the file cannot be written
     */
    public static void write(ReplayReport report, Path file) {
        try {
            Files.writeString(file, of(report));
        } catch (IOException e) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_FILE,
                    file.toString(),
                    "cannot write the page: expected a place to write to, found "
                            + e.getClass().getSimpleName() + ". Name another file with --html.");
        }
    }

    static String of(ReplayReport report) {
        String title = SvgChart.escaped("Bounce pool: " + report.trace());
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + title
                + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n<h1>" + title + "</h1>\n"
                + section("Slots in use over time" + limit(report), used(report))
                + section("Slots of a mapping", runLengths(report))
                + section("Bytes that bounced, by device", shares(report))
                + section("Report", "<pre>" + SvgChart.escaped(ReplayText.of(report)) + "</pre>")
                + "</body>\n</html>\n";
    }

    private static String section(String title, String content) {
        return "<h2>" + SvgChart.escaped(title) + "</h2>\n" + content + "\n";
    }

    private static String limit(ReplayReport report) {
        return report.smallestSlots()
                .map(slots -> "; the line is the smallest pool that is enough, " + slots + " slots")
                .orElse("");
    }

    private static String used(ReplayReport report) {
        List<SvgChart.Point> points = report.timeline().stream()
                .map(sample -> new SvgChart.Point(sample.seconds(), sample.mostSlots()))
                .toList();
        double end = report.timeline().isEmpty() ? 0 : end(report.timeline());
        return SvgChart.steps(points, end, report.smallestSlots().orElse(0), "s");
    }

    /** The last stretch is as long as the others. */
    private static double end(List<UsedSlots> timeline) {
        double last = timeline.getLast().seconds();
        return timeline.size() < 2 ? last : last + timeline.get(1).seconds();
    }

    private static String runLengths(ReplayReport report) {
        return SvgChart.bars(report.runLengths().stream()
                .map(run -> new SvgChart.Bar(
                        run.slots() == 1 ? "1 slot" : run.slots() + " slots",
                        run.mappings(),
                        String.valueOf(run.mappings())))
                .toList());
    }

    private static String shares(ReplayReport report) {
        return SvgChart.bars(report.devices().stream().map(ReplayPage::share).toList());
    }

    private static SvgChart.Bar share(DeviceShare device) {
        return new SvgChart.Bar(
                device.id(),
                device.bytes(),
                String.format(Locale.ROOT, "%.1f MiB, at most %d slots", device.bytes() / MIB, device.peakSlots()));
    }
}
