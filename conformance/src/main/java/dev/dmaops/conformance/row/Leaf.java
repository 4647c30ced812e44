package dev.dmaops.conformance.row;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One single value among the results of a row.
 *
 * @param pattern where such values are: {@code dma}, {@code out[].len}, {@code runs[]}
 * @param steps how to get to this one: names and indices, the field's name first
 */
public record Leaf(String pattern, List<Object> steps) {
    /** Copies the list. */
    public Leaf {
        steps = List.copyOf(steps);
    }

    /** All single values among the results of a row that are compared; of lists, the first element that has one. */
    public static List<Leaf> of(Row row, RowSchema schema) {
        Map<String, Leaf> leaves = new LinkedHashMap<>();
        for (String field : row.names()) {
            Object value = row.value(field);
            if (value != null && schema.results().contains(field)) {
                collect(field, List.of(field), value, schema, leaves);
            }
        }
        return List.copyOf(leaves.values());
    }

    private static void collect(
            String pattern, List<Object> steps, Object value, RowSchema schema, Map<String, Leaf> leaves) {
        switch (value) {
            case List<?> items
            when !items.isEmpty() -> {
                for (int i = 0; i < items.size(); i++) {
                    collect(pattern + "[]", extended(steps, i), items.get(i), schema, leaves);
                }
            }
            case Map<?, ?> fields ->
                fields.forEach((name, inner) -> {
                    String path = pattern + "." + name;
                    if (!schema.notCompared().contains(path)) {
                        collect(path, extended(steps, String.valueOf(name)), inner, schema, leaves);
                    }
                });
            default -> leaves.putIfAbsent(pattern, new Leaf(pattern, steps));
        }
    }

    private static List<Object> extended(List<Object> steps, Object step) {
        List<Object> longer = new ArrayList<>(steps);
        longer.add(step);
        return longer;
    }

    /** The row with this value changed to another one of its type. */
    public Row alter(Row row) {
        String field = (String) steps.getFirst();
        Object value = row.value(field);
        return value == null ? row : row.with(field, altered(value, 1));
    }

    private Object altered(Object value, int depth) {
        if (depth == steps.size()) {
            return other(value);
        }
        if (value instanceof List<?> items) {
            List<Object> copy = new ArrayList<>(items);
            copy.set((int) steps.get(depth), altered(items.get((int) steps.get(depth)), depth + 1));
            return copy;
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) value)
                .forEach((name, inner) -> copy.put(
                        String.valueOf(name), name.equals(steps.get(depth)) ? altered(inner, depth + 1) : inner));
        return copy;
    }

    private static Object other(Object value) {
        return switch (value) {
            case Long number -> number == Long.MAX_VALUE ? number - 1 : number + 1;
            case BigInteger number -> number.subtract(BigInteger.ONE);
            case Boolean truth -> !truth;
            case Nothing none -> "0x1";
            case String text
            when Values.isHex(text) -> Values.hex(new BigInteger(text.substring(2), 16).longValue() ^ 1);
            case String text when text.isEmpty() -> "altered";
            case String text -> text.substring(0, text.length() - 1) + (text.endsWith("0") ? '1' : '0');
            case List<?> empty -> List.of(0L);
            default -> "altered";
        };
    }

    @Override
    public String toString() {
        return pattern;
    }
}
