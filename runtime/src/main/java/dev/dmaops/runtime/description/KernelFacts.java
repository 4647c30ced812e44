package dev.dmaops.runtime.description;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.kconfig.DmaClosure;
import dev.dmaops.firmware.kconfig.KernelArchitecture;
import dev.dmaops.firmware.kconfig.KernelConfig;
import dev.dmaops.firmware.kconfig.ResolvedConfig;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Sourced;
import java.util.Map;
import java.util.Optional;

/**
 * A kernel configuration under the rules of one kernel release.
 *
 * <p>Symbols that the rules derive have the value that this release's rules give them, so that a file of 6.12 can answer what
 * 6.18 would do; all others have the file's value.
 */
final class KernelFacts implements KernelConfigView {
    private static final Map<String, Long> PAGE_SIZES =
            Map.of("ARM64_4K_PAGES", 4096L, "ARM64_16K_PAGES", 16384L, "ARM64_64K_PAGES", 65536L);

    private final KernelConfig config;
    private final KernelVersion version;
    private final ResolvedConfig resolved;

    /**
     * Applies the rules.
     *
     * @throws FirmwareException when the file does not show its architecture, or the release is too old
     */
    KernelFacts(KernelConfig config, KernelVersion version) {
        this.config = config;
        this.version = version;
        this.resolved = DmaClosure.resolve(config, firmwareVersion(version));
    }

    /** The file. */
    KernelConfig file() {
        return config;
    }

    /** The architecture in the file. */
    KernelArchitecture architecture() {
        return resolved.architecture();
    }

    /** The page size that the kernel is built for, in bytes; empty when the file does not say. */
    Optional<Sourced<Long>> pageBytes() {
        if (config.entry("PAGE_SHIFT").isPresent() && value("PAGE_SHIFT").matches("1[246]")) {
            return Optional.of(new Sourced<>(1L << Integer.parseInt(value("PAGE_SHIFT")), origin("PAGE_SHIFT")));
        }
        for (Map.Entry<String, Long> size : PAGE_SIZES.entrySet()) {
            if (enabled(size.getKey())) {
                return Optional.of(new Sourced<>(size.getValue(), origin(size.getKey())));
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean enabled(String symbol) {
        String value = value(symbol);
        return value.equals("y") || value.equals("m");
    }

    @Override
    public String value(String symbol) {
        return resolved.symbol(symbol).shown();
    }

    @Override
    public String origin(String symbol) {
        String inFile =
                config.entry(symbol).map(entry -> entry.value().written()).orElse("absent");
        return inFile.equals(value(symbol))
                ? config.originOf(symbol)
                : "Kconfig rules of " + version + " on " + config.origin();
    }

    static dev.dmaops.firmware.kconfig.KernelVersion firmwareVersion(KernelVersion version) {
        return new dev.dmaops.firmware.kconfig.KernelVersion(version.major(), version.minor(), version.patch());
    }
}
