package dev.dmaops.selection;

import dev.dmaops.firmware.kconfig.KernelConfig;
import dev.dmaops.spi.KernelConfigView;

/** Kernel configuration files as selection sees them. */
public final class KernelConfigs {
    private KernelConfigs() {}

    /** A view of a file: each value with file and line. */
    public static KernelConfigView view(KernelConfig config) {
        return new KernelConfigView() {
            @Override
            public boolean enabled(String symbol) {
                return config.tristate(symbol).isSet();
            }

            @Override
            public String value(String symbol) {
                return config.entry(symbol)
                        .map(entry -> entry.value().written())
                        .orElse("absent");
            }

            @Override
            public String origin(String symbol) {
                return config.originOf(symbol);
            }
        };
    }
}
