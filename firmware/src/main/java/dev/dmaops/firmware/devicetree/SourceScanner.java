package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Characters of a device tree source: blanks and comments, words, numbers and strings, and where each of them is. */
final class SourceScanner {
    private static final String NAME_CHARACTERS = ",._+*#?@-";

    private final String text;
    private final String origin;
    private int at;

    SourceScanner(String text, String origin) {
        this.text = text;
        this.origin = origin;
    }

    /** Index of the next character that is neither blank nor comment. */
    int position() {
        skipBlanks();
        return at;
    }

    boolean atEnd() {
        return position() == text.length();
    }

    /** Whether the text goes on like this. */
    boolean sees(String next) {
        return text.startsWith(next, position());
    }

    /** Takes the given text if it is next. */
    boolean take(String next) {
        boolean seen = sees(next);
        at += seen ? next.length() : 0;
        return seen;
    }

    void require(String next, String why) {
        if (!take(next)) {
            throw error(at, "'" + next + "' " + why, found(), "Correct the source");
        }
    }

    /** A name of a node, property or label: the characters that a name can have, at least one. */
    String name(String what) {
        int start = position();
        while (at < text.length() && isNameCharacter(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw error(start, what, found(), "Correct the source");
        }
        return text.substring(start, at);
    }

    /** A label in front of what it names, with its colon; nothing is taken if there is none. */
    Optional<String> label() {
        int start = position();
        int end = start;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        if (end == start || end >= text.length() || text.charAt(end) != ':') {
            return Optional.empty();
        }
        at = end + 1;
        return Optional.of(text.substring(start, end));
    }

    /** The rest up to a character on the same line, which is taken too. */
    String until(char end, String what) {
        int start = at;
        int stop = text.indexOf(end, start);
        if (stop < 0 || text.substring(start, stop).indexOf('\n') >= 0) {
            throw error(start, "'" + end + "' after " + what, "none on this line", "Correct the source");
        }
        at = stop + 1;
        return text.substring(start, stop);
    }

    /** A number as in C: decimal, 0x hexadecimal, 0 octal, with an optional U, L or UL behind it. */
    long number(String what) {
        int start = position();
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at);
        String digits = word.replaceFirst("(?i)(u|l|ul|lu|ull|llu|ll)$", "");
        try {
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                return Long.parseUnsignedLong(digits.substring(2), 16);
            }
            return digits.length() > 1 && digits.startsWith("0")
                    ? Long.parseUnsignedLong(digits.substring(1), 8)
                    : Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            at = word.isEmpty() ? start : at;
            throw error(start, what, word.isEmpty() ? found() : "'" + word + "'", "Correct the source");
        }
    }

    /** One byte of two hexadecimal digits, as in {@code [00 1a2b]}. */
    int hexByte() {
        int start = position();
        int high = start < text.length() ? Character.digit(text.charAt(start), 16) : -1;
        int low = start + 1 < text.length() ? Character.digit(text.charAt(start + 1), 16) : -1;
        if (high < 0 || low < 0) {
            throw error(start, "two hexadecimal digits for each byte", found(), "Correct the source");
        }
        at += 2;
        return high * 16 + low;
    }

    /** What stands between quotes, without escapes; the opening quote has been taken. */
    byte[] quoted(char quote) {
        int start = at - 1;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (at < text.length() && text.charAt(at) != quote) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            if (character == '\\') {
                bytes.write(escape(start));
            } else if (character == '\n' && quote == '\'') {
                break;
            } else {
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        }
        if (at >= text.length() || text.charAt(at) != quote) {
            throw error(start, "a closing " + quote, "the end of the text", "Close the string");
        }
        at++;
        return bytes.toByteArray();
    }

    private int escape(int start) {
        if (at >= text.length()) {
            throw error(start, "a character after '\\'", "the end of the text", "Close the string");
        }
        char escaped = text.charAt(at++);
        return switch (escaped) {
            case 'a' -> 7;
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'v' -> 11;
            case 'f' -> '\f';
            case 'r' -> '\r';
            case 'x' -> digits(16, 2, at);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> digits(8, 3, --at);
            default -> escaped;
        };
    }

    private int digits(int radix, int most, int start) {
        int value = 0;
        while (at < text.length() && at < start + most && Character.digit(text.charAt(at), radix) >= 0) {
            value = value * radix + Character.digit(text.charAt(at++), radix);
        }
        if (at == start) {
            throw error(start, "hexadecimal digits after '\\x'", found(), "Correct the string");
        }
        return value;
    }

    /** What is next, for an error message. */
    String found() {
        if (at >= text.length()) {
            return "the end of the text";
        }
        int end = at;
        while (end < text.length() && end < at + 24 && isNameCharacter(text.charAt(end))) {
            end++;
        }
        return "'" + text.substring(at, Math.max(end, at + 1)) + "'";
    }

    FirmwareException error(int position, String expected, String found, String cure) {
        int line = 1;
        int lineStart = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < position; i = text.indexOf('\n', i + 1)) {
            line++;
            lineStart = i + 1;
        }
        return new FirmwareException(
                origin,
                "line " + line + " column " + (position - lineStart + 1),
                "cannot read the device tree source",
                expected,
                found,
                cure);
    }

    private static boolean isNameCharacter(char c) {
        return (c < 128 && Character.isLetterOrDigit(c)) || NAME_CHARACTERS.indexOf(c) >= 0;
    }

    private void skipBlanks() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw error(at, "'*/' after the comment", "the end of the text", "Close the comment");
                }
                at = end + 2;
            } else {
                return;
            }
        }
    }
}
