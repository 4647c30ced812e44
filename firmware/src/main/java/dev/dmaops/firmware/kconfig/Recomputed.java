package dev.dmaops.firmware.kconfig;

/**
 * A symbol of the closure, calculated and compared with the file.
 *
 * @param symbol the name without {@code CONFIG_}
 * @param expected the calculated value; {@code absent} where the kernel's tools write no line, {@code n} where they write
 *     "is not set"
 * @param found the value in the file, in the same words
 * @param origin where it was found: {@code FILE:LINE}, or {@code FILE} if it is absent
 * @param line the line number, from 1; 0 if it is absent
 * @param agreement how the two compare
 * @param because why the calculated value is what it is
 */
public record Recomputed(
        String symbol, String expected, String found, String origin, int line, Agreement agreement, String because) {
    /** How a file's value compares with the calculated one. */
    public enum Agreement {
        /** They are equal, absence included. */
        AGREES,
        /** The file has a value that the rules rule out: no kernel was built with it. */
        CONTRADICTS,
        /** The file does not mention a symbol that must be set: it is incomplete, or was edited. */
        MISSING,
        /** Both are {@code n}, but one of them as a line and the other as none. */
        LINE_DIFFERS
    }

    static Recomputed of(KernelConfig config, ResolvedSymbol symbol) {
        String name = symbol.symbol();
        String expected = symbol.shown();
        String found = config.entry(name).map(entry -> entry.value().written()).orElse("absent");
        Agreement agreement;
        if (expected.equals(found)) {
            agreement = Agreement.AGREES;
        } else if (isUnset(expected) && isUnset(found)) {
            agreement = Agreement.LINE_DIFFERS;
        } else {
            agreement = found.equals("absent") ? Agreement.MISSING : Agreement.CONTRADICTS;
        }
        int line = config.entry(name).map(ConfigEntry::line).orElse(0);
        return new Recomputed(
                name,
                expected,
                found,
                config.originOf(name),
                line,
                agreement,
                symbol.cause().text());
    }

    private static boolean isUnset(String shown) {
        return shown.equals("absent") || shown.equals("n");
    }

    /** {@return one line for people} */
    public String text() {
        return origin + " " + symbol + ": expected " + expected + ", found " + found + "; " + because;
    }
}
