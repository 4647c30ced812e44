package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.JsonLineReader;
import dev.dmaops.conformance.row.Malformed;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowReader;
import org.jspecify.annotations.Nullable;

/** The rows of a recording behind its header; complete when the last one is {@code end}. */
final class XenRows implements RowReader {
    /** Of a device, what drivers and firmware set. */
    static final String[] DEVICE_INPUTS = {
        "dma_mask_set", "dma_mask", "coherent_dma_mask", "bus_dma_limit", "dma_range_map", "dma_coherent"
    };

    private static final String END = "end";

    private final RecordingFile file;
    private final JsonLineReader rows;
    private final XenHeader header;
    private boolean complete;

    private XenRows(RecordingFile file, JsonLineReader rows, XenHeader header) {
        this.file = file;
        this.rows = rows;
        this.header = header;
    }

    static XenRows open(RecordingFile file) {
        JsonLineReader rows = new JsonLineReader(file.path().toString(), file.bytes(), "t");
        try {
            Row first = rows.next();
            if (first == null || !first.kind().equals("header")) {
                throw Malformed.at(file.path().toString(), "line 1", "a header", "none");
            }
            return new XenRows(file, rows, XenHeader.of(first));
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    XenHeader header() {
        return header;
    }

    @Override
    public @Nullable Row next() {
        Row row = rows.next();
        if (row == null) {
            if (!complete) {
                throw Malformed.at(file.path().toString(), "end of the file", "a last row of type \"end\"", "none");
            }
            return null;
        }
        complete = row.kind().equals(END);
        return row;
    }

    @Override
    public void close() {
        rows.close();
    }
}
