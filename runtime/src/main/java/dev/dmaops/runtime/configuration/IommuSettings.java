package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/**
 * The IOMMU, where the device tree does not say it or says something else.
 *
 * @param present whether there is any; {@code no} removes the device tree's too
 * @param behind ids of the devices behind it, with {@code *} for any part of a name
 * @param hardware what it is; empty for the platform's usual kind
 * @param driverWish domain type that its driver asks for
 * @param deferredFlush whether its driver can collect invalidations
 */
public record IommuSettings(
        Sourced<Boolean> present,
        List<Sourced<String>> behind,
        Optional<Sourced<Hardware>> hardware,
        Optional<Sourced<DriverWish>> driverWish,
        Optional<Sourced<Boolean>> deferredFlush) {
    /** As the device tree says. */
    public static final IommuSettings DEFAULT =
            new IommuSettings(Sourced.byDefault(true), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Copies the list. */
    public IommuSettings {
        behind = List.copyOf(behind);
    }
}
