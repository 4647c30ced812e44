package dev.dmaops.testkit;

import dev.dmaops.spi.KernelConfigView;
import java.util.HashMap;
import java.util.Map;

/** A kernel configuration of the symbols that it was given; all others are absent. */
public final class TestConfig implements KernelConfigView {
    private final Map<String, String> values = new HashMap<>();

    /**
     * A configuration.
     *
     * @param enabled symbols that are {@code y}
     */
    public TestConfig(String... enabled) {
        for (String symbol : enabled) {
            values.put(symbol, "y");
        }
    }

    /** Sets a symbol. */
    public TestConfig with(String symbol, String value) {
        values.put(symbol, value);
        return this;
    }

    @Override
    public boolean enabled(String symbol) {
        String value = value(symbol);
        return value.equals("y") || value.equals("m");
    }

    @Override
    public String value(String symbol) {
        return values.getOrDefault(symbol, "absent");
    }

    @Override
    public String origin(String symbol) {
        return "test";
    }
}
