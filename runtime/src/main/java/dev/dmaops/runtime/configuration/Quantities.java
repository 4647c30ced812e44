package dev.dmaops.runtime.configuration;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, as configurations write them. */
public final class Quantities {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,19})\\s*(B|KiB|MiB|GiB|TiB)");
    private static final Pattern BITS = Pattern.compile("(\\d{1,3})\\s*bits?");
    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX]([0-9a-fA-F_]{1,19})");
    private static final Map<String, Integer> SHIFT = Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30, "TiB", 40);

    private Quantities() {}

    /** Bytes in a text such as {@code 4GiB}; empty for others and for 8 EiB and more. */
    public static OptionalLong size(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        BigInteger bytes = new BigInteger(matcher.group(1)).shiftLeft(SHIFT.getOrDefault(matcher.group(2), 0));
        return bytes.bitLength() > 63 ? OptionalLong.empty() : OptionalLong.of(bytes.longValue());
    }

    /** The address in a text such as {@code 0xfe340000}, or a size that stands for one such as {@code 4GiB}. */
    public static OptionalLong address(String text) {
        OptionalLong hexadecimal = hexadecimal(text);
        return hexadecimal.isPresent() ? hexadecimal : size(text);
    }

    /** The highest address in a text such as {@code 32bit} or {@code 0xffffffff}. */
    public static OptionalLong mask(String text) {
        Matcher matcher = BITS.matcher(text.strip());
        if (!matcher.matches()) {
            return hexadecimal(text);
        }
        int bits = Integer.parseInt(matcher.group(1));
        if (bits > 64) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(bits == 64 ? -1L : (1L << bits) - 1);
    }

    /** Yes or no in any of the ways in which HOCON writes it. */
    public static Optional<Boolean> flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "yes", "true", "on" -> Optional.of(true);
            case "no", "false", "off" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** Bytes in the largest unit that leaves no fraction: {@code 4GiB}, {@code 1000MiB}, {@code 2049B}. */
    public static String text(long bytes) {
        if (bytes != 0) {
            for (String unit : new String[] {"TiB", "GiB", "MiB", "KiB"}) {
                int shift = SHIFT.getOrDefault(unit, 0);
                if (bytes % (1L << shift) == 0) {
                    return (bytes >>> shift) + unit;
                }
            }
        }
        return bytes + "B";
    }

    private static OptionalLong hexadecimal(String text) {
        Matcher matcher = HEXADECIMAL.matcher(text.strip());
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        String digits = matcher.group(1).replace("_", "");
        if (digits.isEmpty() || digits.length() > 16) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseUnsignedLong(digits, 16));
    }
}
