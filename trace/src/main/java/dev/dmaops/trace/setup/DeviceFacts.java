package dev.dmaops.trace.setup;

import dev.dmaops.firmware.cmdline.SwiotlbParameters;

/**
 * What a device asks of its bounce buffers.
 *
 * @param minAlignMask low address bits that a bounce buffer shares with the original
 * @param segmentBoundaryMask a buffer never crosses a multiple of this mask plus one
 * @param allocationAlignMask low address bits of the slots that are zero: the granule of an IOMMU less 1, or 0 without one
 * @param origin where the numbers came from
 */
public record DeviceFacts(long minAlignMask, long segmentBoundaryMask, long allocationAlignMask, String origin) {
    /** A device that asks nothing. */
    public static final DeviceFacts PLAIN = new DeviceFacts(0, -1L, 0, "Linux's defaults");

    /** The same with other address bits to keep. */
    public DeviceFacts withMinAlignMask(long mask, String from) {
        return new DeviceFacts(mask, segmentBoundaryMask, allocationAlignMask, from);
    }

    /** Slots that a mapping takes: its bytes, behind the low bits that are kept, in whole granules. */
    public int slots(long original, long bytes) {
        long kept = original & minAlignMask & (allocationAlignMask | (SwiotlbParameters.SLOT_BYTES - 1));
        long allocated = (bytes + kept + allocationAlignMask) & ~allocationAlignMask;
        return (int) Math.ceilDiv(allocated, (long) SwiotlbParameters.SLOT_BYTES);
    }
}
