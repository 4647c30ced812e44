package dev.dmaops.firmware.kconfig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Kernel configurations that come with this library: the DMA closure, and nothing else, of Debian's general kernels of the
 * 6.12 series. They serve boards and examples that bring no .config of their own.
 */
public final class BuiltinConfigs {
    private BuiltinConfigs() {}

    /**
     * {@return the configuration for an architecture, or empty if there is none (32-bit x86)}
     *
     * @param architecture the architecture
     */
    public static Optional<KernelConfig> of(KernelArchitecture architecture) {
        String name = architecture + "-debian-6.12.config";
        try (InputStream in = BuiltinConfigs.class.getResourceAsStream("configs/" + name)) {
            return in == null ? Optional.empty() : Optional.of(KernelConfig.of("builtin:" + name, in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
