package dev.dmaops.api;

import java.util.List;

/**
 * How a bus translates: the ordered windows of a device's {@code dma-ranges}, or identity.
 *
 * <p>The first window that contains an address decides. An address in none has no translation: it maps to
 * {@link #UNREACHABLE} (include/linux/dma-direct.h, 6.12). A map that is present but empty translates nothing at all, which is
 * not the same as identity.
 */
public final class DmaRangeMap {
    /** The result for an address that no window contains: all ones, as Linux's DMA_MAPPING_ERROR. */
    public static final long UNREACHABLE = -1L;

    /** DMA address equals physical address. */
    public static final DmaRangeMap IDENTITY = new DmaRangeMap(List.of(), true);

    private final List<DmaRange> ranges;
    private final boolean identity;
    private final long[] cpuStart;
    private final long[] dmaStart;
    private final long[] bytes;

    private DmaRangeMap(List<DmaRange> ranges, boolean identity) {
        this.ranges = ranges;
        this.identity = identity;
        cpuStart = ranges.stream().mapToLong(DmaRange::cpuStart).toArray();
        dmaStart = ranges.stream().mapToLong(DmaRange::dmaStart).toArray();
        bytes = ranges.stream().mapToLong(DmaRange::bytes).toArray();
    }

    /** A map of exactly these windows; with none, nothing is reachable. */
    public static DmaRangeMap of(List<DmaRange> ranges) {
        return new DmaRangeMap(List.copyOf(ranges), false);
    }

    /** Whether there is no translation: every address is its own. */
    public boolean isIdentity() {
        return identity;
    }

    /** The windows in firmware order; empty for identity. */
    public List<DmaRange> ranges() {
        return ranges;
    }

    /** The DMA address of a physical address, or {@link #UNREACHABLE}. */
    public long toDma(long physical) {
        if (identity) {
            return physical;
        }
        for (int i = 0; i < bytes.length; i++) {
            long offset = physical - cpuStart[i];
            if (Long.compareUnsigned(physical, cpuStart[i]) >= 0 && Long.compareUnsigned(offset, bytes[i]) < 0) {
                return dmaStart[i] + offset;
            }
        }
        return UNREACHABLE;
    }

    /** The physical address behind a DMA address, or {@link #UNREACHABLE}. */
    public long toPhysical(long dma) {
        if (identity) {
            return dma;
        }
        for (int i = 0; i < bytes.length; i++) {
            long offset = dma - dmaStart[i];
            if (Long.compareUnsigned(dma, dmaStart[i]) >= 0 && Long.compareUnsigned(offset, bytes[i]) < 0) {
                return cpuStart[i] + offset;
            }
        }
        return UNREACHABLE;
    }

    /** Whether every byte of a physical range lies in some window. */
    public boolean coversPhysical(long physical, long length) {
        long at = physical;
        long left = length;
        while (left > 0) {
            long step = coveredFrom(at);
            if (step == 0) {
                return false;
            }
            at += step;
            left -= step;
        }
        return true;
    }

    private long coveredFrom(long physical) {
        if (identity) {
            return Long.MAX_VALUE;
        }
        for (int i = 0; i < bytes.length; i++) {
            long offset = physical - cpuStart[i];
            if (Long.compareUnsigned(physical, cpuStart[i]) >= 0 && Long.compareUnsigned(offset, bytes[i]) < 0) {
                return bytes[i] - offset;
            }
        }
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DmaRangeMap map && map.identity == identity && map.ranges.equals(ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return identity ? "identity" : ranges.toString();
    }
}
