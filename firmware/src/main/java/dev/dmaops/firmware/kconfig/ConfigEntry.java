package dev.dmaops.firmware.kconfig;

/**
 * One line of a .config file that sets a symbol.
 *
 * @param symbol the name without {@code CONFIG_}
 * @param value the value; {@code n} for a line {@code # CONFIG_X is not set}
 * @param line the line number, from 1
 */
public record ConfigEntry(String symbol, ConfigValue value, int line) {
    /** {@return the line as the kernel's tools write it, without its end} */
    public String text() {
        return value.equals(new ConfigValue.Tri(Tristate.N))
                ? "# CONFIG_" + symbol + " is not set"
                : "CONFIG_" + symbol + "=" + value.written();
    }
}
