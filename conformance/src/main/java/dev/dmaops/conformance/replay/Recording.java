package dev.dmaops.conformance.replay;

import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowReader;
import dev.dmaops.conformance.row.RowSchema;
import java.util.Optional;

/** One recording being replayed: hands out its rows in order and answers each. Not for several threads. */
public interface Recording extends RowReader {
    /**
     * What rows of this kind hold.
     *
     * @return the schema, or empty when rows of this kind are not known
     */
    Optional<RowSchema> schema(String rowKind);

    /**
     * Does what the row says and tells what came of it. Rows come in the order in which {@link #next} gave them; results may have
     * been altered on the way.
     *
     * @throws dev.dmaops.api.DmaUsageException when we refuse the call as misuse
     */
    Answer play(Row row);
}
