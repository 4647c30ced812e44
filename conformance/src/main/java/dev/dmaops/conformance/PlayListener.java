package dev.dmaops.conformance;

import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.List;

/** Is told about every row that counts. Rows are numbered from 0 in the order of the file, those that do not count included. */
interface PlayListener {
    /** All recorded results are equal. */
    void matched(long ordinal, Row row, RowSchema schema);

    /** Some are not. */
    void mismatched(long ordinal, Row row, List<Difference> differences);

    /** The row should be compared and cannot be. */
    void skipped(long ordinal, Row row, String cause);
}
