package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Sourced;
import java.util.Optional;

/**
 * The kernel whose rules apply.
 *
 * @param version release; empty to take the one in the .config's header, else 6.12
 * @param config path of a .config (plain, gzip or xz) relative to the configuration, or the name of a built-in one; empty for
 *     the built-in one of the platform
 * @param commandLine kernel command line; empty to take the device tree's {@code bootargs}
 */
public record KernelSettings(
        Optional<Sourced<KernelVersion>> version,
        Optional<Sourced<String>> config,
        Optional<Sourced<String>> commandLine) {
    /** Everything by default. */
    public static final KernelSettings DEFAULT =
            new KernelSettings(Optional.empty(), Optional.empty(), Optional.empty());
}
