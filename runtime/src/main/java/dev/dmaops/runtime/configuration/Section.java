package dev.dmaops.runtime.configuration;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One object of the file, read key by key. A wrong value is reported and read as absent; keys that nobody asked for are
 * reported by {@link #end}.
 */
final class Section {
    private final String path;
    private final ConfigObject object;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();

    Section(String path, ConfigObject object, Problems problems) {
        this.path = path;
        this.object = object;
        this.problems = problems;
    }

    /** File and line of the object. */
    String origin() {
        return Origins.text(object.origin());
    }

    /** The keys that are there, in the order of the file. */
    List<String> keys() {
        return object.entrySet().stream()
                .sorted((a, b) -> Integer.compare(
                        a.getValue().origin().lineNumber(),
                        b.getValue().origin().lineNumber()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether the key is there, whatever its value. */
    boolean has(String key) {
        known.add(key);
        return object.containsKey(key);
    }

    /** Whether the key holds an object. */
    boolean holdsObject(String key) {
        return object.get(key) instanceof ConfigObject;
    }

    Optional<Section> section(String key) {
        return value(key).flatMap(value -> {
            if (value instanceof ConfigObject inner) {
                return Optional.of(new Section(at(key), inner, problems));
            }
            wrong(key, value, "an object { … }", "");
            return Optional.empty();
        });
    }

    Optional<Sourced<String>> text(String key) {
        return scalar(key, "a text", Optional::of);
    }

    Optional<Sourced<Boolean>> flag(String key) {
        return scalar(key, "yes or no", Quantities::flag);
    }

    Optional<Sourced<Long>> size(String key) {
        return quantity(key, "a size with a unit, such as 4GiB, 64KiB or 64B", Quantities::size);
    }

    Optional<Sourced<Long>> address(String key) {
        return quantity(key, "an address, such as 0x40000000 or 1GiB", Quantities::address);
    }

    Optional<Sourced<Long>> mask(String key) {
        return quantity(key, "a mask, such as 32bit or 0xffffffff", Quantities::mask);
    }

    /** A power of two of bytes. */
    Optional<Sourced<Long>> power(String key) {
        return size(key).filter(size -> {
            boolean power = Long.bitCount(size.value()) == 1;
            if (!power) {
                problems.add(
                        DmaErrorCode.CONFIGURATION,
                        size.origin(),
                        at(key) + ": expected a power of two, found " + Quantities.text(size.value()) + ".");
            }
            return power;
        });
    }

    /** A list of powers of two of bytes, or a single one. */
    List<Sourced<Long>> powers(String key) {
        List<Sourced<Long>> powers = new ArrayList<>();
        for (Sourced<String> text : texts(key)) {
            OptionalLong size = Quantities.size(text.value());
            if (size.isPresent() && Long.bitCount(size.getAsLong()) == 1) {
                powers.add(new Sourced<>(size.getAsLong(), text.origin()));
            } else {
                problems.add(
                        DmaErrorCode.BAD_QUANTITY,
                        text.origin(),
                        at(key) + ": expected powers of two with a unit, such as [ 4KiB, 2MiB ], found \""
                                + text.value() + "\".");
            }
        }
        return List.copyOf(powers);
    }

    /** A whole number that counts something and so has no unit. */
    Optional<Sourced<Long>> count(String key, long least, long most) {
        return scalar(key, "a whole number from " + least + " to " + most, text -> {
            try {
                long number = Long.parseLong(text);
                return number < least || number > most ? Optional.empty() : Optional.of(number);
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        });
    }

    /** One of a few words. */
    <T> Optional<Sourced<T>> word(String key, Map<String, T> words) {
        return value(key).flatMap(value -> {
            String text = String.valueOf(value.unwrapped());
            @Nullable
            T meaning = value instanceof ConfigObject || value instanceof ConfigList ? null : Words.find(words, text);
            if (meaning == null) {
                wrong(
                        key,
                        value,
                        words.size() == 1
                                ? words.keySet().iterator().next()
                                : "one of " + String.join(", ", words.keySet()),
                        NearestNames.hint(text, words.keySet()));
                return Optional.empty();
            }
            return Optional.of(new Sourced<>(meaning, origin(value)));
        });
    }

    /** A list of texts, or a single text. */
    List<Sourced<String>> texts(String key) {
        return value(key)
                .map(value -> {
                    List<Sourced<String>> texts = new ArrayList<>();
                    for (ConfigValue item : value instanceof ConfigList list ? list : List.of(value)) {
                        if (item instanceof ConfigObject || item instanceof ConfigList) {
                            wrong(key, item, "a list of names, such as [ \"fe340000.mmc\" ]", "");
                        } else {
                            texts.add(new Sourced<>(String.valueOf(item.unwrapped()), origin(item)));
                        }
                    }
                    return List.copyOf(texts);
                })
                .orElse(List.of());
    }

    /** A list of objects. */
    List<Section> sections(String key, String form) {
        return value(key)
                .map(value -> {
                    List<Section> sections = new ArrayList<>();
                    if (!(value instanceof ConfigList list)) {
                        wrong(key, value, "a list " + form, "");
                        return List.<Section>of();
                    }
                    for (ConfigValue item : list) {
                        if (item instanceof ConfigObject inner) {
                            sections.add(new Section(at(key) + "[" + sections.size() + "]", inner, problems));
                        } else {
                            wrong(key, item, "a list " + form, "");
                        }
                    }
                    return List.copyOf(sections);
                })
                .orElse(List.of());
    }

    /** Reports a value that was read well but does not fit. */
    void reject(String key, String where, String what) {
        problems.add(DmaErrorCode.CONFIGURATION, where, at(key) + ": " + what);
    }

    /** Reports that a key is missing. */
    void missing(String key, String expected) {
        problems.add(DmaErrorCode.CONFIGURATION, origin(), at(key) + " is missing: expected " + expected + ".");
    }

    /** Reports every key that is there and that nobody knows. */
    void end() {
        for (String key : keys()) {
            if (!known.contains(key)) {
                ConfigValue value = object.get(key);
                String hint = NearestNames.hint(key, known);
                problems.add(
                        DmaErrorCode.UNKNOWN_KEY,
                        value == null ? origin() : origin(value),
                        at(key) + ": there is no such key: expected one of " + String.join(", ", known) + "."
                                + (hint.isEmpty() ? "" : " " + hint));
            }
        }
    }

    /** The full name of a key of this object. */
    String at(String key) {
        String quoted = key.matches("[A-Za-z0-9_-]+") ? key : '"' + key + '"';
        return path.isEmpty() ? quoted : path + "." + quoted;
    }

    private Optional<Sourced<Long>> quantity(String key, String expected, Function<String, OptionalLong> parse) {
        return value(key).flatMap(value -> {
            if (value.valueType() == ConfigValueType.NUMBER) {
                problems.add(
                        DmaErrorCode.BAD_QUANTITY,
                        origin(value),
                        at(key) + ": a bare number says nothing about its unit: expected " + expected + ", found "
                                + value.unwrapped() + ". Add the unit.");
                return Optional.empty();
            }
            OptionalLong number = value.valueType() == ConfigValueType.STRING
                    ? parse.apply(String.valueOf(value.unwrapped()))
                    : OptionalLong.empty();
            if (number.isEmpty()) {
                problems.add(
                        DmaErrorCode.BAD_QUANTITY,
                        origin(value),
                        at(key) + ": expected " + expected + ", found " + shown(value) + ".");
                return Optional.empty();
            }
            return Optional.of(new Sourced<>(number.getAsLong(), origin(value)));
        });
    }

    private <T> Optional<Sourced<T>> scalar(String key, String expected, Function<String, Optional<T>> parse) {
        return value(key).flatMap(value -> {
            Optional<T> parsed = value instanceof ConfigObject || value instanceof ConfigList
                    ? Optional.empty()
                    : parse.apply(String.valueOf(value.unwrapped()));
            if (parsed.isEmpty()) {
                wrong(key, value, expected, "");
            }
            return parsed.map(found -> new Sourced<>(found, origin(value)));
        });
    }

    private Optional<ConfigValue> value(String key) {
        known.add(key);
        ConfigValue value = object.get(key);
        return value == null || value.valueType() == ConfigValueType.NULL ? Optional.empty() : Optional.of(value);
    }

    private void wrong(String key, ConfigValue value, String expected, String hint) {
        problems.add(
                DmaErrorCode.CONFIGURATION,
                origin(value),
                at(key) + ": expected " + expected + ", found " + shown(value) + "."
                        + (hint.isEmpty() ? "" : " " + hint));
    }

    private static String origin(ConfigValue value) {
        return Origins.text(value.origin());
    }

    private static String shown(ConfigValue value) {
        return switch (value) {
            case ConfigObject ignored -> "an object";
            case ConfigList ignored -> "a list";
            default ->
                value.valueType() == ConfigValueType.STRING
                        ? '"' + String.valueOf(value.unwrapped()) + '"'
                        : String.valueOf(value.unwrapped());
        };
    }
}
