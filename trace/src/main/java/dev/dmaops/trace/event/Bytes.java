package dev.dmaops.trace.event;

import java.nio.charset.StandardCharsets;

/** Looking for text in bytes. */
final class Bytes {
    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the text stands at a place. */
    static boolean at(byte[] bytes, int from, int to, byte[] text) {
        if (to - from < text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (bytes[from + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text is all that stands there. */
    static boolean is(byte[] bytes, int from, int to, byte[] text) {
        return to - from == text.length && at(bytes, from, to, text);
    }

    /** Where the text stands first, or -1. */
    static int find(byte[] bytes, int from, int to, byte[] text) {
        byte first = text[0];
        for (int i = from; i <= to - text.length; i++) {
            if (bytes[i] == first && at(bytes, i, to, text)) {
                return i;
            }
        }
        return -1;
    }

    /** The first place from there on that is no blank. */
    static int skipBlanks(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        return i;
    }

    /** The next blank from there on, or the end. */
    static int wordEnd(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != ' ' && bytes[i] != '\t') {
            i++;
        }
        return i;
    }

    static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    /** Value of a hexadecimal digit, or -1. */
    static int hexDigit(byte character) {
        if (isDigit(character)) {
            return character - '0';
        }
        int lower = character | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
