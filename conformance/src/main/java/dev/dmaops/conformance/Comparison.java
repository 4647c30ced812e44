package dev.dmaops.conformance;

import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what a row records with what we answered: every recorded result, and failures that were not recorded. */
final class Comparison {
    /** Results that say that a call failed: they count as recorded also where they are not there. */
    private static final Set<String> FAILURES = Set.of("err", "oops");

    private static final String ABSENT = "(none)";

    private Comparison() {}

    /** Whether the row records any result. */
    static boolean hasResults(Row row, RowSchema schema) {
        return row.names().stream().anyMatch(schema.results()::contains);
    }

    /** All differences; empty when the row matches. */
    static List<Difference> differences(Row row, RowSchema schema, Map<String, Object> observed) {
        List<Difference> found = new ArrayList<>();
        for (String field : row.names()) {
            Object recorded = row.value(field);
            if (recorded != null && schema.results().contains(field)) {
                compare(field, recorded, observed.get(field), schema, found);
            }
        }
        for (String failure : FAILURES) {
            Object actual = observed.get(failure);
            if (actual != null && !row.has(failure)) {
                found.add(new Difference(failure, ABSENT, Values.text(actual)));
            }
        }
        return found;
    }

    private static void compare(
            String field, Object recorded, @Nullable Object actual, RowSchema schema, List<Difference> found) {
        if (actual == null) {
            found.add(new Difference(field, Values.text(recorded), ABSENT));
        } else if (recorded instanceof List<?> a && actual instanceof List<?> b && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) {
                compareItem(field, i, a.get(i), b.get(i), schema, found);
            }
        } else if (!Values.same(recorded, actual)) {
            found.add(new Difference(field, Values.text(recorded), Values.text(actual)));
        }
    }

    private static void compareItem(
            String field, int index, Object recorded, Object actual, RowSchema schema, List<Difference> found) {
        if (!(recorded instanceof Map<?, ?> a) || !(actual instanceof Map<?, ?> b)) {
            if (!Values.same(recorded, actual)) {
                found.add(new Difference(field + "[" + index + "]", Values.text(recorded), Values.text(actual)));
            }
            return;
        }
        a.forEach((name, value) -> {
            if (!schema.notCompared().contains(field + "[]." + name)) {
                compare(field + "[" + index + "]." + name, value, b.get(name), schema, found);
            }
        });
    }
}
