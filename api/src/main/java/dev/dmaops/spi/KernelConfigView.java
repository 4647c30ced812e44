package dev.dmaops.spi;

/** The values of kernel configuration symbols, with where each came from. */
public interface KernelConfigView {
    /** Whether the symbol is {@code y} or {@code m}; a symbol that does not exist is not. Without {@code CONFIG_}. */
    boolean enabled(String symbol);

    /** {@code y}, {@code m}, {@code n}, a number or text, or {@code absent}. */
    String value(String symbol);

    /** File and line, or where else the value came from. */
    String origin(String symbol);
}
