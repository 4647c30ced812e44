package dev.dmaops.firmware.log;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of line. Most lines of a log mean nothing here, so a marker that is cheap to look for comes before the pattern.
 *
 * @param marker what every such line contains
 * @param pattern the pattern, which a part of the line matches
 * @param reader makes the record; empty if the numbers are none that a kernel prints
 */
record Recogniser(String marker, Pattern pattern, Function<Found, Optional<LogLine>> reader) {
    static Recogniser of(String marker, String pattern, Function<Found, Optional<LogLine>> reader) {
        return new Recogniser(marker, Pattern.compile(pattern), reader);
    }

    Optional<LogLine> read(String message) {
        if (!message.contains(marker)) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(message);
        try {
            return matcher.find() ? reader.apply(new Found(message, matcher)) : Optional.empty();
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    /**
     * Where a pattern matched.
     *
     * @param message the line
     * @param match the match
     */
    record Found(String message, MatchResult match) {
        /** The device named in front of the match. */
        LogDevice device() {
            return LogDevice.before(message.substring(0, match.start()));
        }

        String text(int group) {
            String found = match.group(group);
            return found == null ? "" : found;
        }

        boolean has(int group) {
            return match.group(group) != null;
        }

        /** A decimal number; those that need more than 63 bits are no size of anything. */
        long decimal(int group) {
            return Long.parseLong(text(group));
        }

        /** A hexadecimal number of up to 64 bits, with or without {@code 0x}. */
        long hex(int group) {
            String digits = text(group);
            return Long.parseUnsignedLong(digits.startsWith("0x") ? digits.substring(2) : digits, 16);
        }
    }
}
