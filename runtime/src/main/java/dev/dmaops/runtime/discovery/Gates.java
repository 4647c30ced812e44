package dev.dmaops.runtime.discovery;

import dev.dmaops.firmware.kconfig.Expr;
import dev.dmaops.firmware.kconfig.Tristate;
import dev.dmaops.spi.KconfigGate;
import dev.dmaops.spi.KernelConfigView;
import java.util.stream.Collectors;

/** Asks a kernel configuration whether it lets a backend in. */
public final class Gates {
    private Gates() {}

    /** Whether a kernel so configured can have the backend. */
    public static boolean holds(KconfigGate gate, KernelConfigView config) {
        return Expr.parse(gate.expression()).evaluate(values(config)) != Tristate.N;
    }

    /** The symbols of the gate as they are, with their origins: {@code SWIOTLB_XEN=n (config:12)}. */
    public static String found(KconfigGate gate, KernelConfigView config) {
        return Expr.parse(gate.expression()).symbols().stream()
                .map(symbol -> symbol + "=" + config.value(symbol) + " (" + config.origin(symbol) + ")")
                .collect(Collectors.joining(", "));
    }

    private static Expr.Values values(KernelConfigView config) {
        return new Expr.Values() {
            @Override
            public Tristate tristate(String symbol) {
                return Tristate.of(config.value(symbol)).orElse(Tristate.N);
            }

            @Override
            public String text(String symbol) {
                return config.value(symbol).equals("absent") ? "n" : config.value(symbol);
            }
        };
    }
}
