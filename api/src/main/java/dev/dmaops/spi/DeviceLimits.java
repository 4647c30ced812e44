package dev.dmaops.spi;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;

/**
 * What firmware and bus allow a device, as found when the platform opens.
 *
 * @param streamingMask highest address for streaming mappings
 * @param coherentMask highest address for coherent memory
 * @param busLimit highest address that the bus carries; 0 when it sets no limit
 * @param ranges how the bus translates
 * @param coherent whether the device snoops CPU caches
 * @param constraints what the DMA engine asks of its pieces
 */
public record DeviceLimits(
        long streamingMask,
        long coherentMask,
        long busLimit,
        DmaRangeMap ranges,
        boolean coherent,
        DmaConstraints constraints) {
    /** A plain 32-bit device that snoops: what a bus gives before anyone says otherwise. */
    public static final DeviceLimits DEFAULT =
            new DeviceLimits(0xffff_ffffL, 0xffff_ffffL, 0, DmaRangeMap.IDENTITY, true, DmaConstraints.DEFAULT);
}
