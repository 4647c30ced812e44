package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import java.util.regex.Pattern;

/** Recordings of every device of a board; the board's tree lies beside them. */
public final class BoardKind implements RecordingKind {
    private static final Pattern HEADER =
            Pattern.compile("\\{\\s*\"t\"\\s*:\\s*\"header\"[^\\n]*\"scenario\"\\s*:\\s*\"sel_");

    /** The kind. */
    public BoardKind() {}

    @Override
    public String id() {
        return "board";
    }

    @Override
    public String description() {
        return "a recording of a board's devices (.jsonl with its .dtb)";
    }

    @Override
    public boolean recognises(Opening opening) {
        return opening.startsWith(HEADER);
    }

    @Override
    public Recording open(RecordingFile file) {
        return BoardRecording.open(file);
    }
}
