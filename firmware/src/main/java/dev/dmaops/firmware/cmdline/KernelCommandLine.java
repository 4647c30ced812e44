package dev.dmaops.firmware.cmdline;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A kernel command line, cut into words (Linux 6.12 lib/cmdline.c next_arg). Words are separated by blanks; blanks between
 * double quotes belong to the word. The word {@code --} ends the kernel's part, the rest is for init.
 *
 * @param text the command line as given
 * @param parameters the kernel's words in order; a parameter can occur more than once
 * @param forInit what follows {@code --}; empty if there is none
 */
public record KernelCommandLine(String text, List<KernelParameter> parameters, String forInit) {
    /** Longest command line that x86 and arm64 kernels keep, in characters (arm: 1023). */
    public static final int MAX_LENGTH = 2047;

    /** Copies the list. */
    public KernelCommandLine {
        parameters = List.copyOf(parameters);
    }

    /**
     * Cuts a command line into words.
     *
     * @param text the command line
     * @return its words
     * @throws FirmwareException if it contains a zero character, where the kernel would stop reading
     */
    public static KernelCommandLine parse(String text) {
        int zero = text.indexOf('\0');
        if (zero >= 0) {
            throw new FirmwareException(
                    "command line",
                    "character " + (zero + 1),
                    "cannot read the kernel command line",
                    "text",
                    "a zero character",
                    "Remove it");
        }
        List<KernelParameter> parameters = new ArrayList<>();
        int at = skipBlanks(text, 0);
        while (at < text.length()) {
            int end = wordEnd(text, at);
            KernelParameter parameter = word(text, at, end);
            at = skipBlanks(text, end);
            if (parameter.value().isEmpty() && parameter.name().equals("--")) {
                return new KernelCommandLine(text, parameters, text.substring(at));
            }
            parameters.add(parameter);
        }
        return new KernelCommandLine(text, parameters, "");
    }

    /**
     * The occurrences of a parameter, all of which act one after the other.
     *
     * @param name the name; {@code -} and {@code _} are the same
     * @return the occurrences in order
     */
    public Stream<KernelParameter> all(String name) {
        return parameters.stream().filter(parameter -> parameter.isNamed(name));
    }

    /**
     * The last occurrence of a parameter.
     *
     * @param name the name; {@code -} and {@code _} are the same
     * @return the occurrence, or empty
     */
    public Optional<KernelParameter> last(String name) {
        return all(name).reduce((first, second) -> second);
    }

    private static KernelParameter word(String text, int start, int end) {
        boolean quoted = text.charAt(start) == '"';
        int from = quoted ? start + 1 : start;
        int to = end;
        // An '=' in the first place belongs to the name.
        int equals = text.indexOf('=', Math.min(from + 1, end));
        if (equals < 0 || equals >= end) {
            to -= quoted && endsWithQuote(text, from, to) ? 1 : 0;
            return new KernelParameter(text.substring(from, to), Optional.empty(), start);
        }
        int valueFrom = equals + 1;
        boolean quotedValue = valueFrom < end && text.charAt(valueFrom) == '"';
        if (quotedValue) {
            valueFrom++;
        }
        if ((quotedValue || quoted) && endsWithQuote(text, valueFrom, to)) {
            to--;
        }
        return new KernelParameter(
                text.substring(from, equals), Optional.of(text.substring(Math.min(valueFrom, to), to)), start);
    }

    private static boolean endsWithQuote(String text, int from, int to) {
        return to > from && text.charAt(to - 1) == '"';
    }

    private static int wordEnd(String text, int start) {
        boolean inQuotes = false;
        int at = start;
        while (at < text.length() && (inQuotes || !isBlank(text.charAt(at)))) {
            inQuotes ^= text.charAt(at) == '"';
            at++;
        }
        return at;
    }

    private static int skipBlanks(String text, int start) {
        int at = start;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r') || c == '\u00a0';
    }

    @Override
    public String toString() {
        return text;
    }
}
