package dev.dmaops.conformance;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.List;
import java.util.Optional;

/**
 * Plays every row of a recording and tells what came of it.
 *
 * <p>A row matches when all its recorded results are equal. Rows without results and rows that the kernel never executed ({@code
 * bad}) are in no count. Where the kernel hit a BUG ({@code oops}) we must refuse with a usage error.
 */
final class Player {
    /** Changes rows before they are played; for self-tests. */
    @FunctionalInterface
    interface Alteration {
        /** Leaves rows as they are. */
        Alteration NONE = (ordinal, row) -> row;

        Row apply(long ordinal, Row row);
    }

    private static final String OOPS = "oops";

    private final Recording recording;
    private final PlayListener listener;
    private final Alteration alteration;

    Player(Recording recording, PlayListener listener, Alteration alteration) {
        this.recording = recording;
        this.listener = listener;
        this.alteration = alteration;
    }

    void playAll() {
        long ordinal = 0;
        for (Row row = recording.next(); row != null; row = recording.next()) {
            play(ordinal, alteration.apply(ordinal, row));
            ordinal++;
        }
    }

    private void play(long ordinal, Row row) {
        if (row.flag("bad")) {
            return;
        }
        Optional<RowSchema> known = recording.schema(row.kind());
        if (known.isEmpty()) {
            listener.skipped(ordinal, row, "rows of kind \"" + row.kind() + "\" are not known");
            return;
        }
        boolean bug = row.has(OOPS);
        RowSchema schema = bug ? known.get().withResults(OOPS) : known.get();
        Answer answer = answer(row, bug);
        String unknown = schema.unknownField(row);
        if (!unknown.isEmpty()) {
            listener.skipped(ordinal, row, "field \"" + unknown + "\" of " + row.kind() + " is not known");
            return;
        }
        switch (answer) {
            case Answer.NotAsked nothing -> {}
            case Answer.Skipped(String cause) -> {
                if (Comparison.hasResults(row, schema)) {
                    listener.skipped(ordinal, row, cause);
                }
            }
            case Answer.Observed observed -> compare(ordinal, row, schema, observed);
        }
    }

    /** A usage error is what a BUG is in Linux; any other exception is a fault of ours and shows as a mismatch. */
    private Answer answer(Row row, boolean bug) {
        try {
            return recording.play(row);
        } catch (DmaUsageException refused) {
            return bug
                    ? Answer.observed().put(OOPS, true)
                    : Answer.observed().put("err", String.valueOf(refused.getMessage()));
        } catch (DmaConfigurationException malformed) {
            throw malformed;
        } catch (RuntimeException fault) {
            return Answer.observed().put("err", fault.toString());
        }
    }

    private void compare(long ordinal, Row row, RowSchema schema, Answer.Observed observed) {
        List<Difference> differences = Comparison.differences(row, schema, observed.fields());
        if (!differences.isEmpty()) {
            listener.mismatched(ordinal, row, differences);
        } else if (Comparison.hasResults(row, schema)) {
            listener.matched(ordinal, row, schema);
        }
    }
}
