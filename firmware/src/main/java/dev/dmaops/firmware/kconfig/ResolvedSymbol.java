package dev.dmaops.firmware.kconfig;

/**
 * The value of a symbol by the rules.
 *
 * @param symbol the name without {@code CONFIG_}
 * @param type its type
 * @param value the value; an int, hex or string without any is an empty text
 * @param written whether the kernel's tools write a line for it; {@code n} is written only where the user is asked
 * @param cause why it has the value
 */
public record ResolvedSymbol(String symbol, SymbolType type, ConfigValue value, boolean written, Cause cause) {
    /** {@return the value as reports show it: {@code absent} if no line is written, else what the file would say} */
    public String shown() {
        return written ? value.written() : "absent";
    }
}
