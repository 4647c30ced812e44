package dev.dmaops.firmware.kconfig;

import java.util.List;
import java.util.Optional;

/**
 * One Kconfig entry of a symbol, its conditions complete: enclosing {@code if}s and menus are part of {@code depends}.
 *
 * @param input true if the symbol's own rules lie outside of the closure: its value is read, only bounded by depends
 * @param prompt the condition under which the user is asked; empty if never
 * @param elsewhere true if entries outside of the closure select the symbol too
 * @param file the kernel source file
 */
record Definition(
        String symbol,
        SymbolType type,
        boolean input,
        String file,
        Expr depends,
        Optional<Expr> prompt,
        List<Conditional> defaults,
        List<Conditional> selects,
        List<Conditional> implies,
        List<Range> ranges,
        Optional<String> choice,
        boolean elsewhere) {

    /** A default value, or (as a {@link Expr.Symbol}) a selected symbol, with its condition. */
    record Conditional(Expr value, Expr condition) {
        String target() {
            return ((Expr.Symbol) value).name();
        }
    }

    /** The numbers that an int or hex may have, both ends included. */
    record Range(Expr low, Expr high, Expr condition) {}

    /** A group of which exactly one member is y. */
    record Choice(String name, Expr depends, List<Conditional> defaults, List<String> members) {}
}
