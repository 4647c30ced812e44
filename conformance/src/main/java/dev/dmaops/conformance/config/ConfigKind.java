package dev.dmaops.conformance.config;

import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import java.util.regex.Pattern;

/** Kernel .config files. */
public final class ConfigKind implements RecordingKind {
    private static final Pattern LINE = Pattern.compile("(?m)^(?:CONFIG_\\w+=|# CONFIG_\\w+ is not set$)");

    /** The kind. */
    public ConfigKind() {}

    @Override
    public String id() {
        return "kernel-config";
    }

    @Override
    public String description() {
        return "a kernel .config";
    }

    @Override
    public boolean recognises(Opening opening) {
        return opening.contains(LINE);
    }

    @Override
    public Recording open(RecordingFile file) {
        return new ConfigRecording(file);
    }
}
