package dev.dmaops.firmware;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Just enough JSON for the recordings, so that this module's tests need no library. */
public record Json(@Nullable Object value) {
    /** Reads one JSON value. */
    public static Json parse(String text) {
        Parser parser = new Parser(text);
        Object value = parser.value();
        parser.blanks();
        if (parser.at != text.length()) {
            throw new IllegalArgumentException("text after the value at " + parser.at);
        }
        return new Json(value);
    }

    public boolean has(String key) {
        return value instanceof Map<?, ?> map && map.containsKey(key);
    }

    public boolean isNull(String key) {
        return get(key).value == null;
    }

    public Json get(String key) {
        if (value instanceof Map<?, ?> map && map.containsKey(key)) {
            return new Json(map.get(key));
        }
        throw new IllegalArgumentException("no '" + key + "' in " + value);
    }

    public String text(String key) {
        return String.valueOf(get(key).value);
    }

    public boolean flag(String key) {
        return Boolean.TRUE.equals(get(key).value);
    }

    /** A number written as a decimal number or as a string in hex, unsigned. */
    public long number(String key) {
        return get(key).number();
    }

    public long number() {
        if (value instanceof String hex && hex.startsWith("0x")) {
            return Long.parseUnsignedLong(hex.substring(2), 16);
        }
        if (value instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("not a number: " + value);
    }

    public List<Json> list(String key) {
        if (get(key).value instanceof List<?> list) {
            return list.stream().map(Json::new).toList();
        }
        throw new IllegalArgumentException("not a list: " + key);
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        void blanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        @Nullable
        Object value() {
            blanks();
            char c = text.charAt(at);
            return switch (c) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        }

        private @Nullable Object word(String word, @Nullable Object meaning) {
            if (!text.startsWith(word, at)) {
                throw new IllegalArgumentException("bad word at " + at);
            }
            at += word.length();
            return meaning;
        }

        private Object number() {
            int start = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            String number = text.substring(start, at);
            return number.chars().anyMatch(c -> ".eE".indexOf(c) >= 0)
                    ? (Object) Double.valueOf(number)
                    : number.startsWith("-") ? Long.valueOf(number) : (Object) Long.parseUnsignedLong(number);
        }

        private Map<String, @Nullable Object> object() {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            at++;
            blanks();
            while (text.charAt(at) != '}') {
                blanks();
                String key = string();
                blanks();
                at++;
                map.put(key, value());
                separator();
            }
            at++;
            return map;
        }

        private List<@Nullable Object> array() {
            List<@Nullable Object> list = new ArrayList<>();
            at++;
            blanks();
            while (text.charAt(at) != ']') {
                list.add(value());
                separator();
            }
            at++;
            return list;
        }

        private void separator() {
            blanks();
            if (text.charAt(at) == ',') {
                at++;
                blanks();
            }
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            at++;
            while (text.charAt(at) != '"') {
                char c = text.charAt(at++);
                if (c == '\\') {
                    c = text.charAt(at++);
                    string.append(
                            switch (c) {
                                case 'n' -> '\n';
                                case 't' -> '\t';
                                case 'r' -> '\r';
                                case 'b' -> '\b';
                                case 'f' -> '\f';
                                case 'u' -> {
                                    at += 4;
                                    yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
                                }
                                default -> c;
                            });
                } else {
                    string.append(c);
                }
            }
            at++;
            return string.toString();
        }
    }
}
