package dev.dmaops.firmware.cmdline;

import java.util.Locale;
import java.util.Optional;

/** Reads the values of parameters from left to right with the kernel's own number rules (Linux 6.12 lib/vsprintf.c, lib/cmdline.c). */
final class KernelNumbers {
    private final String text;
    private int at;

    KernelNumbers(String text) {
        this.text = text;
    }

    boolean seesDigit() {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    boolean take(char c) {
        boolean seen = at < text.length() && text.charAt(at) == c;
        at += seen ? 1 : 0;
        return seen;
    }

    String rest() {
        return text.substring(at);
    }

    /**
     * Digits up to the first character that is none: hexadecimal after 0x, octal after 0, else decimal. No digits are 0; a
     * number that is too large loses its upper bits (simple_strtoull with base 0).
     */
    long number() {
        int radix = 10;
        if (text.startsWith("0", at)) {
            radix = 8;
            if (at + 2 < text.length()
                    && (text.charAt(at + 1) | 0x20) == 'x'
                    && Character.digit(text.charAt(at + 2), 16) >= 0) {
                radix = 16;
                at += 2;
            }
        }
        return digits(radix);
    }

    /** Decimal digits only; empty if there are none. Blanks in front are skipped (sscanf with %lu). */
    Optional<Long> decimal() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return seesDigit() ? Optional.of(digits(10)) : Optional.empty();
    }

    /** A number with an optional unit K, M, G, T, P or E of 1024 powers (memparse). */
    long bytes() {
        long number = number();
        int unit =
                at < text.length() ? "KMGTPE".indexOf(text.substring(at, at + 1).toUpperCase(Locale.ROOT)) : -1;
        if (unit < 0) {
            return number;
        }
        at++;
        return number << (10 * (unit + 1));
    }

    /**
     * The kernel's idea of a boolean (kstrtobool): only the first character counts, after an o the second.
     *
     * @return empty if it is neither, and the kernel ignores the parameter
     */
    static Optional<Boolean> bool(String value) {
        return switch (value.isEmpty() ? ' ' : value.charAt(0)) {
            case 'y', 'Y', 't', 'T', '1' -> Optional.of(true);
            case 'n', 'N', 'f', 'F', '0' -> Optional.of(false);
            case 'o', 'O' ->
                switch (value.length() < 2 ? ' ' : value.charAt(1)) {
                    case 'n', 'N' -> Optional.of(true);
                    case 'f', 'F' -> Optional.of(false);
                    default -> Optional.empty();
                };
            default -> Optional.empty();
        };
    }

    private long digits(int radix) {
        long number = 0;
        while (at < text.length() && text.charAt(at) < 128 && Character.digit(text.charAt(at), radix) >= 0) {
            number = number * radix + Character.digit(text.charAt(at), radix);
            at++;
        }
        return number;
    }
}
