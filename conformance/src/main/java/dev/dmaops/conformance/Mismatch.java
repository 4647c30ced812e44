package dev.dmaops.conformance;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One row that we answered otherwise than the real kernel.
 *
 * @param at where the row is in its file
 * @param row what kind of row it is
 * @param differences its results that differ, at least one
 */
public record Mismatch(String at, String row, List<Difference> differences) {
    /** Copies the list. */
    public Mismatch {
        differences = List.copyOf(differences);
    }

    /** Kind of row and names of the differing results, the same for the same cause. */
    public String cause() {
        return row + ": "
                + differences.stream()
                        .map(d -> d.field().replaceAll("\\[\\d+]", "[]"))
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return at + " " + row + ": "
                + differences.stream().map(Difference::toString).collect(Collectors.joining("; "));
    }
}
