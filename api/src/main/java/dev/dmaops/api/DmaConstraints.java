package dev.dmaops.api;

/**
 * What a device's DMA engine asks of the pieces it is given (struct device_dma_parameters, include/linux/device.h, 6.12).
 *
 * @param maxSegmentBytes longest piece of a scatter list, in bytes
 * @param segmentBoundaryMask a piece never crosses a multiple of this mask plus one; all ones means no boundary
 * @param minAlignMask low address bits of the buffer that its DMA address must keep, also when it is bounced
 */
public record DmaConstraints(long maxSegmentBytes, long segmentBoundaryMask, long minAlignMask) {
    private static final long DEFAULT_SEGMENT_BYTES = 65536;

    /** Takes 0 for the longest piece or the boundary as Linux does: as the default. */
    public DmaConstraints {
        maxSegmentBytes = maxSegmentBytes == 0 ? DEFAULT_SEGMENT_BYTES : maxSegmentBytes;
        segmentBoundaryMask = segmentBoundaryMask == 0 ? -1L : segmentBoundaryMask;
    }

    /** Linux's defaults: 64 KiB pieces, no boundary, no address bits kept. */
    public static final DmaConstraints DEFAULT = new DmaConstraints(DEFAULT_SEGMENT_BYTES, -1L, 0);

    /** What Linux sets for every PCI function: pieces do not cross 4 GiB. */
    public static final DmaConstraints PCI = new DmaConstraints(DEFAULT_SEGMENT_BYTES, 0xffff_ffffL, 0);

    /** The same with another limit on the length of a piece, in bytes. */
    public DmaConstraints withMaxSegmentBytes(long bytes) {
        return new DmaConstraints(bytes, segmentBoundaryMask, minAlignMask);
    }

    /** The same with another boundary mask. */
    public DmaConstraints withSegmentBoundaryMask(long mask) {
        return new DmaConstraints(maxSegmentBytes, mask, minAlignMask);
    }

    /** The same with other address bits to keep. */
    public DmaConstraints withMinAlignMask(long mask) {
        return new DmaConstraints(maxSegmentBytes, segmentBoundaryMask, mask);
    }
}
