package dev.dmaops.conformance.row;

import dev.dmaops.api.DmaConfigurationException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One row of a recording: named values, and the place they came from. Asking for a field that is missing or of another type is
 * a malformed recording.
 */
public final class Row {
    private final String kind;
    private final String file;
    private final String at;
    private final Map<String, Object> fields;

    /**
     * A row.
     *
     * @param kind what sort of row it is: its operation or type
     * @param file the recording
     * @param at the place within it: {@code line 7}, {@code ops[12]}
     * @param fields the values, see {@link Values}; the row keeps the map
     */
    public Row(String kind, String file, String at, Map<String, Object> fields) {
        this.kind = kind;
        this.file = file;
        this.at = at;
        this.fields = fields;
    }

    /** The same values as a row of another kind. */
    public Row as(String otherKind) {
        return new Row(otherKind, file, at, fields);
    }

    /** The same row with one value replaced. */
    public Row with(String field, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(fields);
        changed.put(field, value);
        return new Row(kind, file, at, changed);
    }

    /** What sort of row it is. */
    public String kind() {
        return kind;
    }

    /** Where the row is within its file. */
    public String at() {
        return at;
    }

    /** File and place. */
    public String place() {
        return file + " " + at;
    }

    /** Names of all fields, in order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(fields.keySet());
    }

    /** Whether there is such a field. */
    public boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The value, or null when there is none. */
    public @Nullable Object value(String field) {
        return fields.get(field);
    }

    /** Whether the field is there and says null. */
    public boolean isNull(String field) {
        return fields.get(field) == Nothing.NULL;
    }

    /** A truth value; false when it is not there. */
    public boolean flag(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw wrong(field, "true or false", value);
    }

    /** A text. */
    public String text(String field) {
        Object value = required(field, "a text");
        if (value instanceof String text) {
            return text;
        }
        throw wrong(field, "a text", value);
    }

    /** A whole number in 64 bits; those above the signed range wrap, as unsigned numbers do. */
    public long number(String field) {
        return toNumber(field, required(field, "a whole number"));
    }

    /** A whole number, or the given one when there is none. */
    public long number(String field, long otherwise) {
        Object value = fields.get(field);
        return value == null ? otherwise : toNumber(field, value);
    }

    /** A whole number from 0 to {@link Integer#MAX_VALUE}. */
    public int count(String field) {
        long value = number(field);
        if (value >= 0 && value <= Integer.MAX_VALUE) {
            return (int) value;
        }
        throw wrong(field, "a number from 0 to " + Integer.MAX_VALUE, Long.toUnsignedString(value));
    }

    private long toNumber(String field, Object value) {
        return switch (value) {
            case Long number -> number;
            case BigInteger number when Values.fits64(number) -> number.longValue();
            default -> throw wrong(field, "a whole number of at most 64 bits", value);
        };
    }

    /** An address or mask: hexadecimal text after {@code 0x}, or a number. Unsigned. */
    public long address(String field) {
        Object value = required(field, "an address");
        return value instanceof String text ? parseAddress(field, text, "0x") : toNumber(field, value);
    }

    /** An address without {@code 0x} in front. */
    public long bareHex(String field) {
        return parseAddress(field, text(field), "");
    }

    private long parseAddress(String field, String text, String prefix) {
        if (text.startsWith(prefix) && text.length() > prefix.length() && text.charAt(prefix.length()) != '+') {
            try {
                return Long.parseUnsignedLong(text, prefix.length(), text.length(), 16);
            } catch (NumberFormatException notHex) {
                throw wrong(field, "a hexadecimal number of at most 64 bits", text);
            }
        }
        throw wrong(field, "a hexadecimal number" + (prefix.isEmpty() ? "" : " after " + prefix), text);
    }

    /** The elements of a list. */
    public List<Object> list(String field) {
        Object value = required(field, "a list");
        if (value instanceof List<?> list) {
            return Collections.unmodifiableList(list);
        }
        throw wrong(field, "a list", value);
    }

    /** The elements of a list of objects, each as a row of its own. */
    public List<Row> rows(String field) {
        List<Object> items = list(field);
        return IntStream.range(0, items.size())
                .mapToObj(i -> nested(field + "[" + i + "]", items.get(i)))
                .toList();
    }

    /** An object inside of the row. */
    public Row row(String field) {
        return nested(field, required(field, "an object"));
    }

    private Row nested(String name, Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> inner = new LinkedHashMap<>();
            map.forEach((key, item) -> inner.put(String.valueOf(key), item));
            return new Row(kind, file, at + " " + name, inner);
        }
        throw wrong(name, "an object", value);
    }

    /** The error for a value that cannot be. */
    public DmaConfigurationException unusable(String field, String expected) {
        Object value = fields.get(field);
        return Malformed.at(
                place(),
                "field \"" + field + "\" of " + kind,
                expected,
                value == null ? "no such field" : Malformed.quote(value));
    }

    private Object required(String field, String expected) {
        Object value = fields.get(field);
        if (value == null) {
            throw unusable(field, expected);
        }
        return value;
    }

    private DmaConfigurationException wrong(String field, String expected, Object found) {
        return Malformed.at(place(), "field \"" + field + "\" of " + kind, expected, Malformed.quote(found));
    }

    @Override
    public String toString() {
        return place() + " " + kind + " " + fields;
    }
}
