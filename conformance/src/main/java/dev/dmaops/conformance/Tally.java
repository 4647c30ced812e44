package dev.dmaops.conformance;

import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the rows of one file. */
final class Tally implements PlayListener {
    private static final int CAUSES = 1000;
    private static final String MORE_CAUSES = "other causes";

    private final int shown;
    private final Map<String, Long> skippedBy = new TreeMap<>();
    private final Map<String, Long> mismatchedBy = new TreeMap<>();
    private final List<Mismatch> mismatches = new ArrayList<>();
    private long matched;
    private long mismatched;
    private long skipped;

    /**
     * Starts at zero.
     *
     * @param shown how many mismatches to keep
     */
    Tally(int shown) {
        this.shown = shown;
    }

    @Override
    public void matched(long ordinal, Row row, RowSchema schema) {
        matched++;
    }

    @Override
    public void skipped(long ordinal, Row row, String cause) {
        skipped++;
        count(skippedBy, cause);
    }

    @Override
    public void mismatched(long ordinal, Row row, List<Difference> differences) {
        mismatched++;
        Mismatch mismatch = new Mismatch(row.at(), row.kind(), differences);
        count(mismatchedBy, mismatch.cause());
        if (mismatches.size() < shown) {
            mismatches.add(mismatch);
        }
    }

    private static void count(Map<String, Long> by, String cause) {
        by.merge(by.size() < CAUSES || by.containsKey(cause) ? cause : MORE_CAUSES, 1L, Long::sum);
    }

    FileOutcome outcome(String name, String kind) {
        return new FileOutcome(
                name, kind, matched + mismatched, matched, mismatched, skipped, skippedBy, mismatchedBy, mismatches);
    }
}
