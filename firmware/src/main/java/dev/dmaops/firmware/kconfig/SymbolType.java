package dev.dmaops.firmware.kconfig;

/** The types of Kconfig symbols. */
public enum SymbolType {
    /** {@code n} or {@code y}. */
    BOOL,
    /** {@code n}, {@code m} or {@code y}. */
    TRISTATE,
    /** A decimal number. */
    INT,
    /** A hexadecimal number. */
    HEX,
    /** A text. */
    STRING;

    /** {@return whether values are {@code n}, {@code m} and {@code y}} */
    boolean isTruth() {
        return this == BOOL || this == TRISTATE;
    }

    /**
     * {@return whether a symbol of this type can have a value}
     *
     * @param value the value
     */
    boolean accepts(ConfigValue value) {
        return switch (value) {
            case ConfigValue.Tri(Tristate tristate) -> this == TRISTATE || (this == BOOL && tristate != Tristate.M);
            case ConfigValue.Int ignored -> this == INT;
            case ConfigValue.Hex ignored -> this == HEX;
            case ConfigValue.Text ignored -> this == STRING;
        };
    }
}
