package dev.dmaops.conformance.row;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object that ends with a list of rows: first the fields in front of the list, then the rows one at a time. What
 * stands behind the list is not looked at but must be JSON.
 */
public final class JsonArrayReader implements RowReader {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final String file;
    private final JsonParser parser;
    private final Row header;
    private String list = "";
    private int index;
    private boolean done;

    /**
     * Reads up to the list.
     *
     * @param file name for messages
     * @param bytes the recording, unpacked; closed with this reader
     * @param lists names that the list of rows may have
     */
    public JsonArrayReader(String file, InputStream bytes, Set<String> lists) {
        this.file = file;
        try {
            parser = FACTORY.createParser(bytes);
            header = new Row("header", file, "header", readHeader(lists));
        } catch (IOException e) {
            throw JsonLineReader.unreadable(file, "header", e);
        }
    }

    private Map<String, Object> readHeader(Set<String> lists) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw Malformed.at(file, "start", "a JSON object", Malformed.quote(String.valueOf(parser.getText())));
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (lists.contains(name) && value == JsonToken.START_ARRAY) {
                list = name;
                return fields;
            }
            fields.put(name, JsonValues.value(parser, file + " header"));
        }
        throw Malformed.at(file, "start", "a list named " + String.join(" or ", lists), "none");
    }

    /** The fields in front of the list. */
    public Row header() {
        return header;
    }

    /** What the list is called. */
    public String list() {
        return list;
    }

    @Override
    public @Nullable Row next() {
        if (done) {
            return null;
        }
        String at = list + "[" + index + "]";
        try {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                skipRest();
                return null;
            }
            if (token != JsonToken.START_OBJECT) {
                throw Malformed.at(
                        file + " " + at,
                        "row",
                        "a JSON object",
                        token == null ? "the end of the file" : Malformed.quote(parser.getText()));
            }
            index++;
            return new Row(list, file, at, JsonValues.object(parser, file + " " + at));
        } catch (IOException e) {
            throw JsonLineReader.unreadable(file, at, e);
        }
    }

    private void skipRest() throws IOException {
        done = true;
        int open = 1;
        while (open > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw Malformed.at(file, "end", "a closing brace", "the end of the file");
            }
            open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw JsonLineReader.unreadable(file, "end", e);
        }
    }
}
