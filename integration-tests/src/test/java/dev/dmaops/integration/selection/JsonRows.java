package dev.dmaops.integration.selection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Recordings: packed files with one JSON object a line. */
final class JsonRows {
    private JsonRows() {}

    /** The first rows of a file, at most as many as asked for. */
    static List<Map<String, Object>> read(Path file, int most) {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
                JsonParser json = JsonFactory.builder().build().createParser(in)) {
            while (rows.size() < most && json.nextToken() == JsonToken.START_OBJECT) {
                rows.add(object(json));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        return rows;
    }

    /** A field that every row of its kind has; one that the recording leaves empty is an empty {@link Optional}. */
    static Object field(Map<?, ?> row, String name) {
        return Objects.requireNonNull(row.get(name), name);
    }

    static long number(Map<?, ?> row, String name) {
        return ((Number) field(row, name)).longValue();
    }

    /** A field that is a number in hexadecimal text. */
    static long hex(Map<?, ?> row, String name) {
        return Long.parseUnsignedLong(((String) field(row, name)).substring(2), 16);
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            values.put(key, value(json));
        }
        return values;
    }

    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                List<Object> values = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(json));
                }
                yield values;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> json.getNumberValue();
            case VALUE_NULL -> Optional.empty();
            default -> json.getText();
        };
    }
}
