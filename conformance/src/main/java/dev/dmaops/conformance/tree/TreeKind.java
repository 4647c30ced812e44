package dev.dmaops.conformance.tree;

import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;

/** Flattened device trees; what to compare with is in {@code props.jsonl} beside them. */
public final class TreeKind implements RecordingKind {
    private static final String MAGIC = "\u00d0\r\u00fe\u00ed";

    /** The kind. */
    public TreeKind() {}

    @Override
    public String id() {
        return "device-tree";
    }

    @Override
    public String description() {
        return "a device tree (.dtb)";
    }

    @Override
    public boolean recognises(Opening opening) {
        return opening.text().startsWith(MAGIC);
    }

    @Override
    public Recording open(RecordingFile file) {
        return new TreeRecording(file);
    }
}
