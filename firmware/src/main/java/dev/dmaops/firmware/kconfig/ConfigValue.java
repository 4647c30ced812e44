package dev.dmaops.firmware.kconfig;

/** The value of one symbol in a .config file. */
public sealed interface ConfigValue {
    /**
     * A bool or tristate value.
     *
     * @param value the value
     */
    record Tri(Tristate value) implements ConfigValue {}

    /**
     * A quoted string.
     *
     * @param value the text without quotes and escapes
     */
    record Text(String value) implements ConfigValue {}

    /**
     * A decimal number.
     *
     * @param value the number; its unit is the symbol's own
     */
    record Int(long value) implements ConfigValue {}

    /**
     * A hexadecimal number.
     *
     * @param value the 64 bits, unsigned
     */
    record Hex(long value) implements ConfigValue {}

    /** {@return the value of a bool or tristate, {@code n} for everything else: how Kconfig reads it in a condition} */
    default Tristate tristate() {
        return this instanceof Tri(Tristate value) ? value : Tristate.N;
    }

    /** {@return the value as a .config writes it: {@code y}, {@code "text"}, {@code 16}, {@code 0xff}} */
    default String written() {
        return switch (this) {
            case Tri(Tristate value) -> value.toString();
            case Text(String value) -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
            case Int(long value) -> Long.toString(value);
            case Hex(long value) -> "0x" + Long.toHexString(value);
        };
    }
}
