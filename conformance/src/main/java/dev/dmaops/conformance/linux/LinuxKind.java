package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import java.util.regex.Pattern;

/** Recordings of scripted DMA API calls under Linux: a header, then one row per call. */
public final class LinuxKind implements RecordingKind {
    private static final Pattern HEADER = Pattern.compile("\\{\\s*\"header\"\\s*:\\s*true");

    /** The kind. */
    public LinuxKind() {}

    @Override
    public String id() {
        return "linux";
    }

    @Override
    public String description() {
        return "a recording of Linux (.jsonl)";
    }

    @Override
    public boolean recognises(Opening opening) {
        return opening.startsWith(HEADER);
    }

    @Override
    public Recording open(RecordingFile file) {
        return LinuxRecording.open(file);
    }
}
