package dev.dmaops.spi;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an IOMMU can translate for a device, as far as somebody says more than the kind of IOMMU does. Nothing here checks: a
 * machine refuses what it cannot build.
 *
 * @param pageSizes page sizes: bit n stands for 2^n bytes; empty for the kind's usual ones
 * @param apertureFirst lowest IOVA; empty for the usual one
 * @param apertureLast highest IOVA, inclusive, unsigned; empty for the usual one
 * @param reserved ranges that the IOMMU's driver keeps free or maps unchanged, in place of the usual ones; empty for those
 * @param bridgeWindows IOVAs that the PCI host bridge in front would not pass on, ascending
 */
public record IommuLimits(
        OptionalLong pageSizes,
        OptionalLong apertureFirst,
        OptionalLong apertureLast,
        Optional<List<IommuReservedRegion>> reserved,
        List<IommuReservedRegion> bridgeWindows) {
    /** Nothing but what the kind of IOMMU says. */
    public static final IommuLimits USUAL = new IommuLimits(
            OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), List.of());

    /** Copies the lists. */
    public IommuLimits {
        reserved = reserved.map(List::copyOf);
        bridgeWindows = List.copyOf(bridgeWindows);
    }

    /** The same behind a PCI host bridge. */
    public IommuLimits withBridgeWindows(List<IommuReservedRegion> windows) {
        return new IommuLimits(pageSizes, apertureFirst, apertureLast, reserved, windows);
    }
}
