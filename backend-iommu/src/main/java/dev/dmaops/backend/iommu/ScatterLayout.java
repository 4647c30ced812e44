package dev.dmaops.backend.iommu;

import dev.dmaops.api.ScatterList;

/**
 * Where the entries of a scatter list come to lie in one stretch of IO virtual addresses, and which of them the device sees as one
 * (iommu_dma_map_sg, drivers/iommu/dma-iommu.c, 6.12).
 *
 * <p>Each entry takes whole granules. An entry that would cross a segment boundary is moved up to it; the gap is counted to the
 * entry before, and mapped with it, as the kernel does.
 */
final class ScatterLayout {
    private static final long LONGEST_ENTRY = 0xffff_ffffL;

    private final ScatterList list;
    private final long granule;
    private final long boundaryMask;
    private final long maxSegmentBytes;

    ScatterLayout(ScatterList list, long granule, long boundaryMask, long maxSegmentBytes) {
        this.list = list;
        this.granule = granule;
        this.boundaryMask = boundaryMask;
        this.maxSegmentBytes = maxSegmentBytes;
    }

    /** Bytes of the whole stretch. */
    long bytes() {
        long total = 0;
        for (int i = next(-1); i < list.entries(); i = next(i)) {
            total += gapBefore(i, total) + granules(i);
        }
        return total;
    }

    /** Whether an entry with its gap is longer than the 32 bits that Linux counts it in (6.12.117). */
    boolean overflows() {
        long at = 0;
        for (int i = next(-1); i < list.entries(); i = next(i)) {
            long length = lengthAt(i, at);
            if (Long.compareUnsigned(length, LONGEST_ENTRY) > 0) {
                return true;
            }
            at += length;
        }
        return false;
    }

    /** Distance of an entry within its first granule, in bytes. */
    long offset(int entry) {
        return list.entryPhysical(entry) & granule - 1;
    }

    /**
     * Bytes that an entry takes, with the gap behind it.
     *
     * @param start where it lies, from the start of the stretch
     */
    long lengthAt(int entry, long start) {
        long own = granules(entry);
        int next = next(entry);
        return next < list.entries() ? own + gapBefore(next, start + own) : own;
    }

    private int next(int entry) {
        int next = entry + 1;
        while (next < list.entries() && list.isPeer(next)) {
            next++;
        }
        return next;
    }

    private long granules(int entry) {
        return list.entryBytes(entry) + offset(entry) + granule - 1 & -granule;
    }

    private long gapBefore(int entry, long start) {
        long gap = boundaryMask - start + 1 & boundaryMask;
        return gap != 0 && Long.compareUnsigned(gap, granules(entry) - 1) < 0 ? gap : 0;
    }

    /**
     * Records the segments that the device is given.
     *
     * @param base where the stretch lies
     * @return how many there are
     */
    int recordSegments(long base) {
        int segment = -1;
        long segmentStart = 0;
        long segmentBytes = 0;
        long at = base;
        for (int i = 0; i < list.entries(); i++) {
            long bytes = list.entryBytes(i);
            if (list.isPeer(i)) {
                list.recordPeerSegment(++segment, list.entryBusAddress(i), bytes);
                segmentBytes = 0;
                continue;
            }
            long length = lengthAt(i, at - base);
            if (segmentBytes > 0
                    && offset(i) == 0
                    && (at & boundaryMask) != 0
                    && Long.compareUnsigned(maxSegmentBytes - segmentBytes, bytes) >= 0) {
                segmentBytes += bytes;
            } else {
                segment++;
                segmentStart = at + offset(i);
                segmentBytes = bytes;
            }
            list.recordSegment(segment, segmentStart, segmentBytes);
            at += length;
            if (bytes + offset(i) < length) {
                segmentBytes = 0;
            }
        }
        return segment + 1;
    }
}
