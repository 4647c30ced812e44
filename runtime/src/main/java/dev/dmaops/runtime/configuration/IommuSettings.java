package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuLimits;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The IOMMU, where the device tree does not say it or says something else.
 *
 * @param present whether there is any; {@code no} removes the device tree's too
 * @param behind ids of the devices behind it, with {@code *} for any part of a name
 * @param hardware what it is; empty for the platform's usual kind
 * @param driverWish domain type that its driver asks for
 * @param deferredFlush whether its driver can collect invalidations
 * @param pageSizes page sizes in bytes, powers of two; empty for the hardware's usual ones
 * @param apertureFirst lowest IOVA
 * @param apertureLast highest IOVA, inclusive
 * @param reserved ranges kept free or mapped unchanged, in place of the hardware's usual ones; empty for those
 */
public record IommuSettings(
        Sourced<Boolean> present,
        List<Sourced<String>> behind,
        Optional<Sourced<Hardware>> hardware,
        Optional<Sourced<DriverWish>> driverWish,
        Optional<Sourced<Boolean>> deferredFlush,
        List<Sourced<Long>> pageSizes,
        Optional<Sourced<Long>> apertureFirst,
        Optional<Sourced<Long>> apertureLast,
        Optional<List<Sourced<IommuReservedRegion>>> reserved) {
    /** As the device tree says. */
    public static final IommuSettings DEFAULT = new IommuSettings(
            Sourced.byDefault(true),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** An IOMMU that translates what its kind usually does. */
    public IommuSettings(
            Sourced<Boolean> present,
            List<Sourced<String>> behind,
            Optional<Sourced<Hardware>> hardware,
            Optional<Sourced<DriverWish>> driverWish,
            Optional<Sourced<Boolean>> deferredFlush) {
        this(
                present,
                behind,
                hardware,
                driverWish,
                deferredFlush,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Copies the lists. */
    public IommuSettings {
        behind = List.copyOf(behind);
        pageSizes = List.copyOf(pageSizes);
        reserved = reserved.map(List::copyOf);
    }

    /** What is said of addresses, for the machine. */
    public IommuLimits limits() {
        long sizes = pageSizes.stream().mapToLong(Sourced::value).reduce(0, (a, b) -> a | b);
        return new IommuLimits(
                sizes == 0 ? OptionalLong.empty() : OptionalLong.of(sizes),
                value(apertureFirst),
                value(apertureLast),
                reserved.map(regions -> regions.stream().map(Sourced::value).toList()),
                List.of());
    }

    private static OptionalLong value(Optional<Sourced<Long>> said) {
        return said.map(number -> OptionalLong.of(number.value())).orElse(OptionalLong.empty());
    }
}
