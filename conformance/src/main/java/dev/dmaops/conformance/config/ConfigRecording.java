package dev.dmaops.conformance.config;

import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.firmware.kconfig.KconfigReport;
import dev.dmaops.firmware.kconfig.KernelConfig;
import dev.dmaops.firmware.kconfig.Recomputed;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One kernel configuration: a row for each symbol that follows from others. */
final class ConfigRecording implements Recording {
    /** Kernel configurations are about 300 KB of text. */
    private static final int LONGEST = 16 << 20;

    private static final RowSchema SYMBOL = RowSchema.ofInputs("symbol").withResults("value");

    private final String name;
    private final Iterator<Recomputed> rest;
    private final Map<String, String> computed = new HashMap<>();

    ConfigRecording(RecordingFile file) {
        name = file.name();
        KconfigReport report = KconfigReport.of(KernelConfig.of(file.path().toString(), file.all(LONGEST)));
        report.recomputed().forEach(one -> computed.put(one.symbol(), one.expected()));
        rest = report.recomputed().iterator();
    }

    @Override
    public @Nullable Row next() {
        if (!rest.hasNext()) {
            return null;
        }
        Recomputed one = rest.next();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("symbol", one.symbol());
        fields.put("value", one.found());
        String at = one.line() == 0 ? "no line" : "line " + one.line();
        return new Row(one.symbol(), name, at, fields);
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.of(SYMBOL);
    }

    @Override
    public Answer play(Row row) {
        String value = computed.get(row.text("symbol"));
        return value == null
                ? Answer.skipped("no rule for the symbol")
                : Answer.observed().put("value", value);
    }

    @Override
    public void close() {
        // The file was read as a whole.
    }
}
