package dev.dmaops.conformance.extract;

import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import dev.dmaops.conformance.row.JsonArrayReader;
import dev.dmaops.conformance.row.Row;
import java.util.Set;
import java.util.regex.Pattern;

/** Extracts; the fields in front of the list of cases tell of which function. */
public final class ExtractKind implements RecordingKind {
    private static final Pattern START = Pattern.compile("\\{\\s*\"(?:pool|granule|cflush)\"\\s*:");

    /** The kind. */
    public ExtractKind() {}

    @Override
    public String id() {
        return "extract";
    }

    @Override
    public String description() {
        return "an extract of a kernel function (.json)";
    }

    @Override
    public boolean recognises(Opening opening) {
        return opening.startsWith(START);
    }

    @Override
    public Recording open(RecordingFile file) {
        JsonArrayReader rows = reader(file);
        try {
            Row header = rows.header();
            boolean cases = rows.list().equals("cases");
            if (header.has("pool")) {
                return cases ? SyncExtract.open(file, rows) : SlotExtract.open(file, rows);
            }
            if (header.has("granule")) {
                return cases ? new ScatterExtract(rows) : IovaExtract.open(rows);
            }
            return ForeignExtract.open(file, rows);
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    static JsonArrayReader reader(RecordingFile file) {
        return new JsonArrayReader(file.path().toString(), file.bytes(), Set.of("ops", "cases"));
    }
}
