package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code iommu} and {@code pci}. */
final class IommuReader {
    private static final Map<String, Kind> KINDS =
            Words.of(new Kind[] {Kind.RESERVED, Kind.DIRECT, Kind.MSI, Kind.SOFTWARE_MSI}, Kind::text);

    private IommuReader() {}

    static IommuSettings iommu(Section section) {
        IommuSettings iommu = new IommuSettings(
                section.flag("present").orElse(Sourced.byDefault(true)),
                section.texts("behind"),
                section.word("hardware", Words.of(Hardware.values(), Hardware::text)),
                section.word(
                        "driver-wish",
                        Words.of(DriverWish.values(), wish -> wish.name().toLowerCase(Locale.ROOT))),
                section.flag("deferred-flush"),
                section.powers("page-sizes"),
                section.address("aperture-first"),
                section.mask("aperture-last"),
                reserved(section));
        if (!iommu.present().value() && !iommu.behind().isEmpty()) {
            section.reject(
                    "behind",
                    iommu.behind().getFirst().origin(),
                    "expected no devices, because present = no, found "
                            + iommu.behind().size() + ". Remove one of the two.");
        }
        checkAperture(section, iommu);
        section.end();
        return iommu;
    }

    private static void checkAperture(Section section, IommuSettings iommu) {
        if (iommu.apertureLast().isEmpty()) {
            return;
        }
        long first = iommu.apertureFirst().map(Sourced::value).orElse(0L);
        long last = iommu.apertureLast().get().value();
        MemoryRange aperture = new MemoryRange(first, last - first + 1);
        if (Long.compareUnsigned(first, last) > 0) {
            section.reject(
                    "aperture-last",
                    iommu.apertureLast().get().origin(),
                    "expected an address that is not below aperture-first 0x" + Long.toHexString(first) + ", found 0x"
                            + Long.toHexString(last) + ".");
            return;
        }
        for (Sourced<IommuReservedRegion> region : iommu.reserved().orElse(List.of())) {
            MemoryRange range = region.value().range();
            if (Long.compareUnsigned(range.start(), first) < 0 || Long.compareUnsigned(range.last(), last) > 0) {
                section.reject(
                        "reserved",
                        region.origin(),
                        "expected ranges inside of the aperture " + aperture + ", found " + range
                                + ". Widen the aperture, or leave the range out.");
            }
        }
    }

    private static Optional<List<Sourced<IommuReservedRegion>>> reserved(Section section) {
        if (!section.has("reserved")) {
            return Optional.empty();
        }
        List<Sourced<IommuReservedRegion>> regions = new ArrayList<>();
        for (Section item : section.sections(
                "reserved", "of regions, such as [ { start = 0xfee00000, size = 1MiB, kind = msi } ]")) {
            Optional<Sourced<MemoryRange>> range = RangeReader.range(item);
            Kind kind = item.word("kind", KINDS).map(Sourced::value).orElse(Kind.RESERVED);
            item.end();
            range.ifPresent(
                    found -> regions.add(new Sourced<>(new IommuReservedRegion(found.value(), kind), found.origin())));
        }
        return Optional.of(regions);
    }

    static PciSettings pci(Section section) {
        PciSettings pci = new PciSettings(RangeReader.ranges(section, "windows"));
        section.end();
        return pci;
    }
}
