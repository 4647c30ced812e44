package dev.dmaops.firmware.kconfig;

/**
 * A symbol that is selected although its own dependencies do not hold. Kconfig only warns of it, and the value stands.
 *
 * @param symbol the selected symbol
 * @param depends its dependencies
 * @param selectors the symbols that select it, separated by commas
 */
public record UnmetDependency(String symbol, String depends, String selectors) {
    /** {@return one line for people} */
    public String text() {
        return symbol + " is selected by " + selectors + " although it depends on " + depends;
    }
}
