package dev.dmaops.conformance;

import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows written down in a test, each answered as the test says. Kind {@code op}: input {@code in}, results a, b and list. */
final class ScriptedRecording implements Recording {
    private static final RowSchema SCHEMA =
            RowSchema.ofInputs("in").withResults("a", "b", "list", "err").ignoring("list[].free");

    private final Deque<Row> rows = new ArrayDeque<>();
    private final Function<Row, Answer> answers;

    ScriptedRecording(Function<Row, Answer> answers) {
        this.answers = answers;
    }

    ScriptedRecording row(Object... namesAndValues) {
        return rowOf("op", namesAndValues);
    }

    ScriptedRecording rowOf(String kind, Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        rows.add(new Row(kind, "script", "line " + (rows.size() + 1), fields));
        return this;
    }

    @Override
    public @Nullable Row next() {
        return rows.poll();
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return rowKind.equals("op") ? Optional.of(SCHEMA) : Optional.empty();
    }

    @Override
    public Answer play(Row row) {
        return answers.apply(row);
    }

    @Override
    public void close() {}

    /** Plays all rows and counts. */
    FileOutcome count(int shown) {
        Tally tally = new Tally(shown);
        new Player(this, tally, Player.Alteration.NONE).playAll();
        return tally.outcome("script", "test");
    }
}
