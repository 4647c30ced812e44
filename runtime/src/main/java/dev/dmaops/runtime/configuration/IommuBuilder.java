package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Says in code what {@code iommu} says. */
public final class IommuBuilder {
    private Sourced<Boolean> present = Sourced.byDefault(true);
    private final List<Sourced<String>> behind = new ArrayList<>();
    private Optional<Sourced<Hardware>> hardware = Optional.empty();
    private Optional<Sourced<DriverWish>> driverWish = Optional.empty();
    private Optional<Sourced<Boolean>> deferredFlush = Optional.empty();
    private List<Sourced<Long>> pageSizes = List.of();
    private Optional<Sourced<Long>> apertureFirst = Optional.empty();
    private Optional<Sourced<Long>> apertureLast = Optional.empty();
    private Optional<List<Sourced<IommuReservedRegion>>> reserved = Optional.empty();

    IommuBuilder() {}

    /** No IOMMU, whatever the device tree says. */
    public IommuBuilder absent() {
        present = said(false, "absent");
        return this;
    }

    /** Ids of devices behind it, with {@code *} for any part of a name. */
    public IommuBuilder behind(String... devices) {
        for (String device : devices) {
            behind.add(said(device, "behind"));
        }
        return this;
    }

    /** What it is. */
    public IommuBuilder hardware(Hardware kind) {
        hardware = Optional.of(said(kind, "hardware"));
        return this;
    }

    /** The domain type that its driver asks for. */
    public IommuBuilder driverWish(DriverWish wish) {
        driverWish = Optional.of(said(wish, "driverWish"));
        return this;
    }

    /** Whether its driver can collect invalidations. */
    public IommuBuilder deferredFlush(boolean value) {
        deferredFlush = Optional.of(said(value, "deferredFlush"));
        return this;
    }

    /** Its page sizes, in bytes, each a power of two, taken as unsigned. */
    public IommuBuilder pageSizes(long... bytes) {
        pageSizes =
                Arrays.stream(bytes).mapToObj(size -> said(size, "pageSizes")).toList();
        return this;
    }

    /**
     * The addresses that it translates.
     *
     * @param first lowest
     * @param last highest, inclusive, unsigned
     */
    public IommuBuilder aperture(long first, long last) {
        apertureFirst = Optional.of(said(first, "aperture"));
        apertureLast = Optional.of(said(last, "aperture"));
        return this;
    }

    /** Ranges kept free or mapped unchanged, in place of the hardware's usual ones; none of them for none. */
    public IommuBuilder reserved(IommuReservedRegion... regions) {
        reserved = Optional.of(
                Arrays.stream(regions).map(region -> said(region, "reserved")).toList());
        return this;
    }

    IommuSettings build() {
        return new IommuSettings(
                present, behind, hardware, driverWish, deferredFlush, pageSizes, apertureFirst, apertureLast, reserved);
    }

    private static <T> Sourced<T> said(T value, String call) {
        return PlatformBuilder.said(value, "iommu." + call);
    }
}
