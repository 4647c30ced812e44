package dev.dmaops.conformance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of replaying one file.
 *
 * @param name the file's name
 * @param kind what kind of recording it is
 * @param checked rows compared: {@code matched + mismatched}
 * @param matched rows with all results equal
 * @param mismatched rows with a result that differs
 * @param skipped rows that should be compared and could not be
 * @param skippedBy the skipped rows by cause
 * @param mismatchedBy the mismatched rows by cause: kind of row and fields
 * @param mismatches the first of them, as many as were asked for
 */
public record FileOutcome(
        String name,
        String kind,
        long checked,
        long matched,
        long mismatched,
        long skipped,
        Map<String, Long> skippedBy,
        Map<String, Long> mismatchedBy,
        List<Mismatch> mismatches) {
    /** Copies what can change. */
    public FileOutcome {
        skippedBy = Collections.unmodifiableMap(new LinkedHashMap<>(skippedBy));
        mismatchedBy = Collections.unmodifiableMap(new LinkedHashMap<>(mismatchedBy));
        mismatches = List.copyOf(mismatches);
    }

    /** Whether there is something to look into: a mismatch, or nothing that could be compared. */
    public boolean isFinding() {
        return mismatched > 0 || checked == 0;
    }

    /** The line of the file. */
    public String line() {
        return line(name, checked, matched, mismatched, skipped);
    }

    static String line(String name, long checked, long matched, long mismatched, long skipped) {
        return name + ": checked=" + checked + " matched=" + matched + " mismatched=" + mismatched + " skipped="
                + skipped;
    }
}
