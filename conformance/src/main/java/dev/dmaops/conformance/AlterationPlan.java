package dev.dmaops.conformance;

import dev.dmaops.conformance.row.Leaf;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Watches a replay and finds, for every kind of row and result field, rows whose value can be altered: rows that match. */
final class AlterationPlan implements PlayListener {
    private static final int CANDIDATES = 64;

    /**
     * One value to alter.
     *
     * @param row kind of row
     * @param ordinal which row
     * @param leaf which value of it
     */
    record Target(String row, long ordinal, Leaf leaf) {
        String name() {
            return row + " " + leaf.pattern();
        }
    }

    private final Map<String, List<Target>> candidates = new LinkedHashMap<>();
    private final Set<String> differing = new TreeSet<>();

    @Override
    public void matched(long ordinal, Row row, RowSchema schema) {
        for (Leaf leaf : Leaf.of(row, schema)) {
            Target target = new Target(row.kind(), ordinal, leaf);
            List<Target> found = candidates.computeIfAbsent(target.name(), name -> new ArrayList<>());
            if (found.size() < CANDIDATES) {
                found.add(target);
            }
        }
    }

    @Override
    public void mismatched(long ordinal, Row row, List<Difference> differences) {
        for (Difference difference : differences) {
            differing.add(row.kind() + " " + difference.field().replaceAll("\\[\\d+]", "[]"));
        }
    }

    @Override
    public void skipped(long ordinal, Row row, String cause) {}

    /** Results that some row records and no row matches. */
    List<String> untested() {
        return differing.stream().filter(name -> !candidates.containsKey(name)).toList();
    }

    /** The alterations, in as few passes as there are rows for: at most one of them in a row. */
    List<Map<Long, Target>> passes() {
        List<Map<Long, Target>> passes = new ArrayList<>();
        candidates.values().forEach(choices -> place(choices, passes));
        return passes;
    }

    private static void place(List<Target> choices, List<Map<Long, Target>> passes) {
        for (Map<Long, Target> pass : passes) {
            for (Target choice : choices) {
                if (pass.putIfAbsent(choice.ordinal(), choice) == null) {
                    return;
                }
            }
        }
        Map<Long, Target> another = new HashMap<>();
        another.put(choices.getFirst().ordinal(), choices.getFirst());
        passes.add(another);
    }
}
