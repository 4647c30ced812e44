package dev.dmaops.conformance.row;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What one kind of row may hold.
 *
 * @param inputs fields that say what to do
 * @param results fields that say what came of it: every one that is recorded is compared
 * @param notCompared parts of results that are inputs all the same, as {@code out[].flags}
 */
public record RowSchema(Set<String> inputs, Set<String> results, Set<String> notCompared) {
    /** Copies the sets. */
    public RowSchema {
        inputs = Set.copyOf(inputs);
        results = Set.copyOf(results);
        notCompared = Set.copyOf(notCompared);
    }

    /** A schema of inputs alone: rows of it are in no count. */
    public static RowSchema ofInputs(String... names) {
        return new RowSchema(Set.of(names), Set.of(), Set.of());
    }

    /** The same with these results. */
    public RowSchema withResults(String... names) {
        return new RowSchema(inputs, union(results, names), notCompared);
    }

    /** The same where these fields are inputs, although rows of this kind usually compare them. */
    public RowSchema asInputs(String... names) {
        Set<String> fewer = new LinkedHashSet<>(results);
        fewer.removeAll(Set.of(names));
        return new RowSchema(union(inputs, names), fewer, notCompared);
    }

    /** The same where these parts of results are not compared. */
    public RowSchema ignoring(String... paths) {
        return new RowSchema(inputs, results, union(notCompared, paths));
    }

    /** The first field of a row that the schema does not know; empty when it knows all. */
    public String unknownField(Row row) {
        for (String name : row.names()) {
            if (!inputs.contains(name) && !results.contains(name)) {
                return name;
            }
        }
        return "";
    }

    private static Set<String> union(Set<String> some, String... more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(Set.of(more));
        return all;
    }
}
