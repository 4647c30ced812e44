package dev.dmaops.runtime.configuration;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The words that stand for the values of an enum, in the enum's order. */
final class Words {
    private Words() {}

    static <T> Map<String, T> of(T[] values, Function<T, String> text) {
        Map<String, T> words = new LinkedHashMap<>();
        for (T value : values) {
            words.put(text.apply(value), value);
        }
        return words;
    }

    /** Two words, in this order. */
    static <T> Map<String, T> pair(String first, T firstMeaning, String second, T secondMeaning) {
        Map<String, T> words = new LinkedHashMap<>();
        words.put(first, firstMeaning);
        words.put(second, secondMeaning);
        return words;
    }

    /** The meaning of a word, in upper or lower case; null when it has none. */
    static <T> @Nullable T find(Map<String, T> words, String text) {
        for (Map.Entry<String, T> word : words.entrySet()) {
            if (word.getKey().equalsIgnoreCase(text.strip())) {
                return word.getValue();
            }
        }
        return null;
    }
}
