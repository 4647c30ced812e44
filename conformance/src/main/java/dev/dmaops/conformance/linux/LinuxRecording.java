package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.JsonLineReader;
import dev.dmaops.conformance.row.Malformed;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One recording of Linux being replayed. */
final class LinuxRecording implements Recording {
    private static final Map<String, LinuxOperation> OPERATIONS = LinuxOperations.all();

    private final String file;
    private final JsonLineReader rows;
    private final LinuxHeader header;
    private final LinuxState state;
    private long read;

    private LinuxRecording(String file, JsonLineReader rows, LinuxHeader header, LinuxState state) {
        this.file = file;
        this.rows = rows;
        this.header = header;
        this.state = state;
    }

    static LinuxRecording open(RecordingFile file) {
        LinuxHeader header;
        LinuxSurvey survey;
        try (JsonLineReader first = reader(file.silent())) {
            header = LinuxHeader.of(first(file, first));
            survey = LinuxSurvey.of(first, header.pageBytes());
        }
        JsonLineReader rows = reader(file);
        try {
            first(file, rows);
            return new LinuxRecording(
                    file.path().toString(),
                    rows,
                    header,
                    new LinuxState(LinuxPlatform.open(header, survey), header, survey.devices()));
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private static JsonLineReader reader(RecordingFile file) {
        return new JsonLineReader(file.path().toString(), file.bytes(), "op");
    }

    private static Row first(RecordingFile file, JsonLineReader rows) {
        Row row = rows.next();
        if (row == null) {
            throw Malformed.at(file.path().toString(), "header", "a first line with header:true", "an empty file");
        }
        return row;
    }

    @Override
    public @Nullable Row next() {
        Row row = rows.next();
        if (row == null) {
            if (header.rows() >= 0 && read < header.rows()) {
                throw Malformed.at(
                        file, "end of the file", header.rows() + " rows, as its header says", read + " rows");
            }
            return null;
        }
        read++;
        return LinuxOperations.PLACING.contains(row.kind()) && state.isTimed()
                ? row.as(row.kind() + LinuxOperations.TIMED)
                : row;
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.ofNullable(OPERATIONS.get(rowKind)).map(LinuxOperation::schema);
    }

    @Override
    public Answer play(Row row) {
        LinuxOperation operation = OPERATIONS.get(row.kind());
        return operation == null ? Answer.NOT_ASKED : operation.play().play(state, row);
    }

    @Override
    public void close() {
        try (rows) {
            state.close();
        }
    }
}
