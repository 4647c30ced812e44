package dev.dmaops.cli.replay;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Plain charts as inline SVG: no library, no script, nothing to load. */
final class SvgChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 260;
    private static final int LEFT = 60;
    private static final int BOTTOM = 30;
    private static final int TOP = 10;
    private static final int BAR = 22;
    private static final int NAME = 200;

    /** A point of a curve. */
    record Point(double x, double y) {}

    /** A bar. */
    record Bar(String name, double value, String text) {}

    private SvgChart() {}

    /** A curve of steps that fills what is below it, with a line across at a limit; a limit of 0 draws none. */
    static String steps(List<Point> points, double endX, double limit, String unitX) {
        double top = Math.max(
                1, Math.max(limit, points.stream().mapToDouble(Point::y).max().orElse(0)));
        StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "M%.1f %.1f", x(0, endX), y(0, top)));
        for (int i = 0; i < points.size(); i++) {
            double next = i + 1 < points.size() ? points.get(i + 1).x : Math.max(endX, points.get(i).x);
            path.append(String.format(Locale.ROOT, "V%.1fH%.1f", y(points.get(i).y, top), x(next, endX)));
        }
        path.append(String.format(Locale.ROOT, "V%.1fZ", y(0, top)));
        String line = limit <= 0
                ? ""
                : String.format(Locale.ROOT, "<path class=\"limit\" d=\"M%d %.1fH%d\"/>", LEFT, y(limit, top), WIDTH);
        return String.format(
                        Locale.ROOT,
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\"><path class=\"area\" d=\"%s\"/>%s",
                        WIDTH,
                        HEIGHT,
                        path,
                        line)
                + text(LEFT - 6, y(top, top) + 10, "end", String.format(Locale.ROOT, "%.0f", top))
                + text(LEFT - 6, y(0, top), "end", "0")
                + text(LEFT, HEIGHT - 8, "start", "0")
                + text(WIDTH, HEIGHT - 8, "end", String.format(Locale.ROOT, "%.3f %s", endX, unitX))
                + "</svg>";
    }

    /** Bars from left to right, one below the other. */
    static String bars(List<Bar> bars) {
        double most = Math.max(1e-9, bars.stream().mapToDouble(Bar::value).max().orElse(1));
        StringBuilder svg = new StringBuilder(
                String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, BAR * bars.size()));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double length = bar.value / most * (WIDTH - NAME - NAME);
            svg.append(text(NAME - 8, BAR * i + 15, "end", bar.name))
                    .append(String.format(
                            Locale.ROOT,
                            "<rect class=\"area\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                            NAME,
                            BAR * i + 3,
                            length,
                            BAR - 6))
                    .append(text(NAME + length + 6, BAR * i + 15, "start", bar.text));
        }
        return svg.append("</svg>").toString();
    }

    private static double x(double value, double end) {
        return LEFT + (WIDTH - LEFT) * (end <= 0 ? 0 : value / end);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top;
    }

    private static String text(double x, double y, String anchor, String words) {
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor)
                + escaped(words) + "</text>";
    }

    /** Text that is safe between tags. */
    static String escaped(String text) {
        return text.chars()
                .mapToObj(character -> switch (character) {
                    case '<' -> "&lt;";
                    case '>' -> "&gt;";
                    case '&' -> "&amp;";
                    case '"' -> "&quot;";
                    default -> String.valueOf((char) character);
                })
                .collect(Collectors.joining());
    }
}
