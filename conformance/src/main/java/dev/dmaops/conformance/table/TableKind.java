package dev.dmaops.conformance.table;

import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import java.util.regex.Pattern;

/** Selection tables in CSV. */
public final class TableKind implements RecordingKind {
    private static final Pattern HEADER = Pattern.compile("id,kernel,arch,[^\\n]*expect_ops");

    /** The kind. */
    public TableKind() {}

    @Override
    public String id() {
        return "selection";
    }

    @Override
    public String description() {
        return "a selection table (.csv)";
    }

    @Override
    public boolean recognises(Opening opening) {
        return opening.startsWith(HEADER);
    }

    @Override
    public Recording open(RecordingFile file) {
        return new TableRecording(file);
    }
}
