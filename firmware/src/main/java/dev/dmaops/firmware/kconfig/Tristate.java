package dev.dmaops.firmware.kconfig;

import java.util.Optional;

/**
 * A Kconfig truth value: {@code n}, {@code m} (built as a module) or {@code y}, in this order.
 *
 * <p>The operators are those of Linux's {@code scripts/kconfig/expr.c}: and is the smaller of the two, or the larger, not
 * mirrors at {@code m}. The order of the constants is part of the contract.
 */
public enum Tristate {
    /** Not in the kernel. */
    N,
    /** Built as a module. */
    M,
    /** Built in. */
    Y;

    /**
     * {@return the smaller of this value and the other}
     *
     * @param other the other operand
     */
    public Tristate and(Tristate other) {
        return ordinal() <= other.ordinal() ? this : other;
    }

    /**
     * {@return the larger of this value and the other}
     *
     * @param other the other operand
     */
    public Tristate or(Tristate other) {
        return ordinal() >= other.ordinal() ? this : other;
    }

    /** {@return {@code y} for {@code n}, {@code n} for {@code y}, and {@code m} for {@code m}} */
    public Tristate not() {
        return switch (this) {
            case N -> Y;
            case M -> M;
            case Y -> N;
        };
    }

    /** {@return {@code y} for anything but {@code n}: what a symbol that cannot be a module makes of a value} */
    public Tristate promoted() {
        return this == N ? N : Y;
    }

    /** {@return whether the value is not {@code n}} */
    public boolean isSet() {
        return this != N;
    }

    /**
     * {@return the value that a .config or a Kconfig expression writes as this letter, or empty}
     *
     * @param letter {@code n}, {@code m} or {@code y}
     */
    public static Optional<Tristate> of(String letter) {
        return switch (letter) {
            case "n" -> Optional.of(N);
            case "m" -> Optional.of(M);
            case "y" -> Optional.of(Y);
            default -> Optional.empty();
        };
    }

    /** {@return the letter that Kconfig writes: {@code n}, {@code m} or {@code y}} */
    @Override
    public String toString() {
        return switch (this) {
            case N -> "n";
            case M -> "m";
            case Y -> "y";
        };
    }
}
