package dev.dmaops.conformance.row;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * Values of recordings: {@link Long}, {@link BigInteger} when larger, {@link Boolean}, {@link String}, {@link Nothing}, {@link List}
 * and {@link Map} of these. Addresses are texts that start with {@code 0x}.
 */
public final class Values {
    private static final BigInteger UNSIGNED_LIMIT = BigInteger.ONE.shiftLeft(64);

    private Values() {}

    /** An address or mask, unsigned, as recordings write it. */
    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** A count of bytes or frames that may need all 64 bits. */
    public static Object unsigned(long value) {
        return value >= 0 ? Long.valueOf(value) : new BigInteger(Long.toUnsignedString(value));
    }

    /** Whether two values say the same: numbers by value, addresses whatever their leading zeroes, the rest by equality. */
    public static boolean same(Object recorded, Object actual) {
        if (recorded instanceof String a && actual instanceof String b) {
            return a.equals(b) || (isHex(a) && isHex(b) && sameHex(a, b));
        }
        if (recorded instanceof List<?> a && actual instanceof List<?> b) {
            return sameItems(a, b);
        }
        if (recorded instanceof Map<?, ?> a && actual instanceof Map<?, ?> b) {
            return sameFields(a, b);
        }
        return recorded.equals(actual);
    }

    private static boolean sameItems(List<?> recorded, List<?> actual) {
        if (recorded.size() != actual.size()) {
            return false;
        }
        for (int i = 0; i < recorded.size(); i++) {
            if (!same(recorded.get(i), actual.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** A field that is not recorded is not compared; one that is recorded must be there. */
    private static boolean sameFields(Map<?, ?> recorded, Map<?, ?> actual) {
        for (Map.Entry<?, ?> field : recorded.entrySet()) {
            Object other = actual.get(field.getKey());
            if (other == null || !same(field.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a text is an address. */
    public static boolean isHex(String text) {
        return text.startsWith("0x") && text.length() > 2;
    }

    private static boolean sameHex(String a, String b) {
        try {
            return new BigInteger(a.substring(2), 16).equals(new BigInteger(b.substring(2), 16));
        } catch (NumberFormatException notHex) {
            return false;
        }
    }

    /** Whether a number fits in 64 bits, signed or not. */
    public static boolean fits64(BigInteger number) {
        return number.signum() >= 0 ? number.compareTo(UNSIGNED_LIMIT) < 0 : number.bitLength() < Long.SIZE;
    }

    /** The value for people. */
    public static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case List<?> list -> list.toString();
            case Map<?, ?> map -> map.toString();
            default -> String.valueOf(value);
        };
    }
}
