package dev.dmaops.conformance;

import java.util.List;

/**
 * The counts of all files together.
 *
 * @param checked rows compared
 * @param matched rows with all results equal
 * @param mismatched rows with a result that differs
 * @param skipped rows that should be compared and could not be
 */
public record ConformanceTotal(long checked, long matched, long mismatched, long skipped) {
    /** Adds up. */
    public static ConformanceTotal of(List<FileOutcome> files) {
        return new ConformanceTotal(
                files.stream().mapToLong(FileOutcome::checked).sum(),
                files.stream().mapToLong(FileOutcome::matched).sum(),
                files.stream().mapToLong(FileOutcome::mismatched).sum(),
                files.stream().mapToLong(FileOutcome::skipped).sum());
    }

    /** The line of the total. */
    public String line() {
        return FileOutcome.line("TOTAL", checked, matched, mismatched, skipped);
    }
}
