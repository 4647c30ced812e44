package dev.dmaops.conformance.row;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.dmaops.api.DmaConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one JSON object after the other, each a row whose kind one of its fields says. */
public final class JsonLineReader implements RowReader {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final String file;
    private final String kindField;
    private final JsonParser parser;

    /**
     * Starts reading.
     *
     * @param file name for messages
     * @param bytes the recording, unpacked; closed with this reader
     * @param kindField the field that says what sort of row it is; rows without it are of kind {@code ""}
     */
    public JsonLineReader(String file, InputStream bytes, String kindField) {
        this.file = file;
        this.kindField = kindField;
        try {
            parser = FACTORY.createParser(bytes);
        } catch (IOException e) {
            throw unreadable(file, "line 1", e);
        }
    }

    @Override
    public @Nullable Row next() {
        try {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return null;
            }
            String at = line();
            if (token != JsonToken.START_OBJECT) {
                throw Malformed.at(file + " " + at, "row", "a JSON object", Malformed.quote(parser.getText()));
            }
            Map<String, Object> fields = JsonValues.object(parser, file + " " + at);
            return new Row(fields.get(kindField) instanceof String kind ? kind : "", file, at, fields);
        } catch (IOException e) {
            throw unreadable(file, line(), e);
        }
    }

    private String line() {
        return "line " + parser.currentTokenLocation().getLineNr();
    }

    /** The error for bytes that end early, are damaged, or are no JSON. */
    static DmaConfigurationException unreadable(String file, String at, IOException problem) {
        String found =
                problem instanceof JsonProcessingException json ? json.getOriginalMessage() : problem.getMessage();
        return Malformed.at(
                file + " " + at,
                "row",
                "JSON to the end of the file",
                String.valueOf(found).replaceAll("\\s+", " "));
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw unreadable(file, "end", e);
        }
    }
}
