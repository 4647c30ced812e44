package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import java.util.regex.Pattern;

/** Recordings of one device under Xen, and of the same kernel without it. */
public final class XenKind implements RecordingKind {
    private static final Pattern HEADER =
            Pattern.compile("\\{\\s*\"t\"\\s*:\\s*\"header\"[^\\n]*\"scenario\"\\s*:\\s*\"(?!sel_)");

    /** The kind. */
    public XenKind() {}

    @Override
    public String id() {
        return "xen";
    }

    @Override
    public String description() {
        return "a recording of Xen (.jsonl)";
    }

    @Override
    public boolean recognises(Opening opening) {
        return opening.startsWith(HEADER);
    }

    @Override
    public Recording open(RecordingFile file) {
        return XenRecording.open(file);
    }
}
