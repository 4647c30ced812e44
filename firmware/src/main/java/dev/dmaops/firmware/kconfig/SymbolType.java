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
}
