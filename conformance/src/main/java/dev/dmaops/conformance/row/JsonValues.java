package dev.dmaops.conformance.row;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.dmaops.api.DmaConfigurationException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns JSON into the values of {@link Values}. The parser is left on the last token of what was read. Of a field that occurs twice
 * the last counts: recordings of scatter lists use {@code n} for the row's number and for that of its entries.
 */
final class JsonValues {
    private JsonValues() {}

    static Map<String, Object> object(JsonParser parser, String place) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser, place));
        }
        return fields;
    }

    static Object value(JsonParser parser, String place) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, place);
            case START_ARRAY -> list(parser, place);
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> Nothing.NULL;
            case VALUE_NUMBER_INT -> whole(parser);
            case VALUE_NUMBER_FLOAT -> parser.getText();
            default -> throw unexpected(parser, place);
        };
    }

    private static List<Object> list(JsonParser parser, String place) throws IOException {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser, place));
        }
        return items;
    }

    private static Object whole(JsonParser parser) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            BigInteger large = parser.getBigIntegerValue();
            return large.bitLength() < Long.SIZE ? (Object) large.longValue() : large;
        }
        return parser.getLongValue();
    }

    private static DmaConfigurationException unexpected(JsonParser parser, String place) throws IOException {
        return Malformed.at(place, "JSON", "a value", String.valueOf(parser.getText()));
    }
}
