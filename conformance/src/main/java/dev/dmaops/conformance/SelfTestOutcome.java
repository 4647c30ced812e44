package dev.dmaops.conformance;

import java.util.List;

/**
 * What came of altering a recording.
 *
 * @param name the file's name
 * @param kind what kind of recording it is
 * @param altered results that were altered, one recorded value for each kind of row and result field
 * @param reported alterations that were reported as mismatches of that field at that row
 * @param missed alterations that were not, as {@code row field at place}
 * @param untested results of which no row matches, so that altering them says nothing
 */
public record SelfTestOutcome(
        String name, String kind, int altered, int reported, List<String> missed, List<String> untested) {
    /** Copies the lists. */
    public SelfTestOutcome {
        missed = List.copyOf(missed);
        untested = List.copyOf(untested);
    }

    /** Whether an alteration went unnoticed, or none could be made. */
    public boolean isFinding() {
        return altered == 0 || !missed.isEmpty();
    }

    /** The line of the file. */
    public String line() {
        return name + ": altered=" + altered + " reported=" + reported + " missed=" + missed.size() + " untested="
                + untested.size();
    }
}
