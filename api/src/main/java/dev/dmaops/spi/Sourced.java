package dev.dmaops.spi;

/**
 * A fact and where it came from.
 *
 * @param value the fact
 * @param origin file and line, firmware node, command line word, default
 */
public record Sourced<T>(T value, String origin) {
    /** A fact from a default. */
    public static <T> Sourced<T> byDefault(T value) {
        return new Sourced<>(value, "default");
    }
}
