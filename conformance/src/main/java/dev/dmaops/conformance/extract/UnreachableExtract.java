package dev.dmaops.conformance.extract;

import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.JsonArrayReader;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An extract whose answers cannot be had: every row is skipped, and the cause says why. */
final class UnreachableExtract implements Recording {
    private static final RowSchema ROW =
            RowSchema.ofInputs("op", "pages", "limitPfn", "flushRcache").withResults("pfn");

    private final JsonArrayReader rows;
    private final String cause;

    UnreachableExtract(JsonArrayReader rows, String cause) {
        this.rows = rows;
        this.cause = cause;
    }

    @Override
    public @Nullable Row next() {
        return rows.next();
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.of(ROW);
    }

    @Override
    public Answer play(Row row) {
        return Answer.skipped(cause);
    }

    @Override
    public void close() {
        rows.close();
    }
}
