package dev.dmaops.conformance.row;

import java.util.LinkedHashMap;
import java.util.Map;

/** What came of playing one row. */
public sealed interface Answer {
    /** There was nothing to ask: a note, a call that the kernel never made. */
    record NotAsked() implements Answer {}

    /**
     * The row should be compared and cannot be.
     *
     * @param cause why, the same words for the same cause
     */
    record Skipped(String cause) implements Answer {}

    /** What we answered, field by field, in the words of the recording. */
    final class Observed implements Answer {
        private final Map<String, Object> fields = new LinkedHashMap<>();

        private Observed() {}

        /** Adds one result. */
        public Observed put(String field, Object value) {
            fields.put(field, value);
            return this;
        }

        /** All results. */
        public Map<String, Object> fields() {
            return fields;
        }
    }

    /** For rows with nothing to ask. */
    Answer NOT_ASKED = new NotAsked();

    /** An answer without results so far. */
    static Observed observed() {
        return new Observed();
    }

    /** A row that cannot be compared. */
    static Answer skipped(String cause) {
        return new Skipped(cause);
    }
}
