package dev.dmaops.conformance.row;

import org.jspecify.annotations.Nullable;

/** Hands out rows one at a time; holds no more than one. Not for several threads. */
public interface RowReader extends AutoCloseable {
    /**
     * The next row.
     *
     * @return the row, or null after the last one
     * @throws dev.dmaops.api.DmaConfigurationException for a row that cannot be read
     */
    @Nullable
    Row next();

    @Override
    void close();
}
