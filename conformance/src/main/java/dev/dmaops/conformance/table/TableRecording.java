package dev.dmaops.conformance.table;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Malformed;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.spi.PlatformProvider;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.SystemDescription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** A selection table being replayed: every row is decided by the platform provider of its architecture, once for each policy. */
final class TableRecording implements Recording {
    private static final RowSchema ROW = RowSchema.ofInputs("id")
            .withResults("backend", "bounce", "pool", "iommuDomain", "setMask", "wishedBackend");
    private static final RowSchema WITHOUT_BACKEND = RowSchema.ofInputs("id").withResults("ops");
    private static final String DECIDED = "row";
    private static final String GART = "gart";

    private static final Policy WISHED = new Policy(true, false, false);

    private final RecordingFile file;
    private final BufferedReader lines;
    private final String header;
    private final List<PlatformProvider> providers;
    private int line = 1;
    private @Nullable SelectionRow current;

    TableRecording(RecordingFile file) {
        this.file = file;
        lines = new BufferedReader(new InputStreamReader(file.bytes(), StandardCharsets.UTF_8));
        providers = ServiceLoader.load(PlatformProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        header = Optional.ofNullable(readLine())
                .orElseThrow(() -> Malformed.at(file.path().toString(), "header", "column names", "nothing"));
    }

    private @Nullable String readLine() {
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    @Override
    public @Nullable Row next() {
        String text = readLine();
        line++;
        while (text != null && text.isBlank()) {
            text = readLine();
            line++;
        }
        if (text == null) {
            return null;
        }
        SelectionRow row = parse(text);
        current = row;
        return asRow(row);
    }

    /** The adapter reads whole tables: it gets one of this row alone, and its complaints get the row's own place. */
    private SelectionRow parse(String text) {
        try {
            return SelectionRow.parse(header + "\n" + text, file.name()).getFirst();
        } catch (DmaConfigurationException e) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_FILE,
                    file.path() + " line " + line,
                    e.problems().getFirst().what());
        }
    }

    private Row asRow(SelectionRow row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", row.id());
        row.expected().ifPresent(expected -> {
            fields.put("backend", expected.backend());
            fields.put("bounce", expected.bounce().text());
            fields.put("pool", expected.pool().text());
            fields.put("iommuDomain", expected.domain().text());
            fields.put("setMask", expected.setMask().text());
        });
        row.wishedBackend().ifPresent(wished -> fields.put("wishedBackend", wished));
        if (row.expected().isEmpty()) {
            fields.put("ops", GART);
        }
        String at = "line " + line + " " + row.id();
        return new Row(row.expected().isEmpty() ? GART : DECIDED, file.name(), at, fields);
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.of(rowKind.equals(GART) ? WITHOUT_BACKEND : ROW);
    }

    @Override
    public Answer play(Row row) {
        SelectionRow inputs = current;
        if (inputs == null) {
            throw new IllegalStateException("next() comes before play()");
        }
        if (row.kind().equals(GART)) {
            return Answer.skipped("GART has no backend");
        }
        BackendChoice choice = decide(inputs.system(), inputs);
        return Answer.observed()
                .put("backend", choice.backend())
                .put("bounce", choice.bounce().text())
                .put("pool", choice.pool().text())
                .put("iommuDomain", choice.iommuDomain().text())
                .put("setMask", choice.setMask().text())
                .put("wishedBackend", decide(inputs.systemWith(WISHED), inputs).backend());
    }

    private BackendChoice decide(SystemDescription system, SelectionRow row) {
        return providers.stream()
                .filter(provider ->
                        provider.architectures().contains(system.architecture().value()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no platform provider for " + system.architecture().value()))
                .plan(system, List.of(row.device()))
                .devices()
                .getFirst()
                .choice();
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }
}
