package dev.dmaops.firmware.log;

import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in front of the kernel's own text: a level, the time since the kernel started, the date, host and name that a
 * system log adds, in any of the usual combinations.
 *
 * @param sinceBoot seconds since the kernel started; not a number if the line does not say
 * @param stampStart where that time begins in the line
 * @param stampEnd the index behind it
 * @param messageStart where the kernel's text begins
 */
record LogPrefix(double sinceBoot, int stampStart, int stampEnd, int messageStart) {
    /** Everything in front of the text is shorter. */
    private static final int REACH = 160;

    private static final String KERNEL = "kernel: ";
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final Pattern CLOCK = Pattern.compile(
            "(?:(\\d{4})-(\\d\\d)-|\\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +)(\\d{1,2})[ T]"
                    + "(\\d\\d):(\\d\\d):(\\d\\d(?:[.,]\\d{1,9})?)");

    static LogPrefix of(String line) {
        int reach = Math.min(line.length(), REACH);
        for (int at = line.indexOf('['); at >= 0 && at < reach; at = line.indexOf('[', at + 1)) {
            int from = skipBlanks(line, at + 1);
            int end = timeEnd(line, from);
            if (end > 0) {
                return new LogPrefix(seconds(line, from, end), from, end, afterCaller(line, end + 1));
            }
        }
        int kernel = line.indexOf(KERNEL);
        if (kernel >= 0 && kernel < reach) {
            return new LogPrefix(Double.NaN, 0, 0, kernel + KERNEL.length());
        }
        return new LogPrefix(Double.NaN, 0, 0, afterDate(line, afterLevel(line)));
    }

    LogStamp stamp(String line) {
        if (!Double.isNaN(sinceBoot)) {
            return new LogStamp(
                    OptionalDouble.of(sinceBoot), OptionalDouble.empty(), line.substring(stampStart, stampEnd));
        }
        Matcher clock = CLOCK.matcher(line).region(0, messageStart);
        return clock.find()
                ? new LogStamp(OptionalDouble.empty(), OptionalDouble.of(clockSeconds(clock)), clock.group())
                : new LogStamp(OptionalDouble.empty(), OptionalDouble.empty(), "");
    }

    /** The index of the bracket behind {@code 12.345678}, or -1. */
    private static int timeEnd(String line, int from) {
        int dot = skipDigits(line, from);
        if (dot == from || dot - from > 10 || dot >= line.length() || line.charAt(dot) != '.') {
            return -1;
        }
        int end = skipDigits(line, dot + 1);
        return end - dot > 3 && end - dot < 11 && end < line.length() && line.charAt(end) == ']' ? end : -1;
    }

    private static double seconds(String line, int from, int end) {
        double whole = 0;
        double scale = 0;
        for (int i = from; i < end; i++) {
            char c = line.charAt(i);
            if (c == '.') {
                scale = 1;
            } else {
                whole = whole * 10 + (c - '0');
                scale *= 10;
            }
        }
        return whole / scale;
    }

    /** Skips the thread or CPU that some kernels print: {@code [    T1]}. */
    private static int afterCaller(String line, int from) {
        int at = skipBlanks(line, from);
        if (at < line.length() && line.charAt(at) == '[') {
            int letter = skipBlanks(line, at + 1);
            if (letter < line.length() && (line.charAt(letter) == 'T' || line.charAt(letter) == 'C')) {
                int end = skipDigits(line, letter + 1);
                if (end > letter + 1 && end < line.length() && line.charAt(end) == ']') {
                    return skipBlanks(line, end + 1);
                }
            }
        }
        return at;
    }

    private static int afterLevel(String line) {
        if (!line.isEmpty() && line.charAt(0) == '<') {
            int end = skipDigits(line, 1);
            if (end > 1 && end < line.length() && line.charAt(end) == '>') {
                return skipBlanks(line, end + 1);
            }
        }
        return 0;
    }

    /** Skips {@code [Sat Nov 30 12:00:01 2024]}. */
    private static int afterDate(String line, int from) {
        if (from >= line.length() || line.charAt(from) != '[') {
            return from;
        }
        int end = line.indexOf(']', from);
        return end < 0 || end - from > 40 || line.indexOf(':', from) > end || line.indexOf(':', from) < 0
                ? from
                : skipBlanks(line, end + 1);
    }

    private static double clockSeconds(Matcher clock) {
        int year = clock.group(1) == null ? 0 : Integer.parseInt(clock.group(1));
        int month = clock.group(2) == null ? MONTHS.indexOf(clock.group(3)) : Integer.parseInt(clock.group(2)) - 1;
        // Months of 31 days are good enough for differences: what counts is whether seconds or hours have passed.
        double days = (year * 12.0 + month) * 31 + Integer.parseInt(clock.group(4));
        return ((days * 24 + Integer.parseInt(clock.group(5))) * 60 + Integer.parseInt(clock.group(6))) * 60
                + Double.parseDouble(clock.group(7).replace(',', '.'));
    }

    private static int skipBlanks(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private static int skipDigits(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) >= '0' && line.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
