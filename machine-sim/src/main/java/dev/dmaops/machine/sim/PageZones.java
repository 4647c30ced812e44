package dev.dmaops.machine.sim;

import dev.dmaops.spi.Zone;

/**
 * Where the zones of a machine begin and end, in page frames.
 *
 * <p>DMA reaches from 0 to its limit, DMA32 from there to 4 GiB, NORMAL takes the rest. A zone may be empty.
 */
final class PageZones {
    private static final long FOUR_GIB = 1L << 32;

    private final long[] first = new long[Zone.values().length];
    private final long[] end = new long[Zone.values().length];

    /**
     * Cuts the page frames.
     *
     * @param zoneDmaLimit highest byte of the DMA zone, unsigned; 0 when there is none
     * @param dma32 whether there is a zone below 4 GiB
     * @param maxPfn one past the highest page frame of RAM
     */
    PageZones(long zoneDmaLimit, boolean dma32, int pageShift, long maxPfn) {
        long frames = zoneDmaLimit == 0 ? 0 : limitFrames(zoneDmaLimit, pageShift, maxPfn);
        set(Zone.DMA, 0, frames);
        long low = dma32 ? Math.min(Math.max(FOUR_GIB >>> pageShift, frames), maxPfn) : frames;
        set(Zone.DMA32, frames, low);
        set(Zone.NORMAL, low, maxPfn);
    }

    private static long limitFrames(long limit, int pageShift, long maxPfn) {
        return limit < 0 ? maxPfn : Math.min((limit + 1) >>> pageShift, maxPfn);
    }

    private void set(Zone zone, long firstPfn, long endPfn) {
        first[zone.ordinal()] = firstPfn;
        end[zone.ordinal()] = endPfn;
    }

    long first(Zone zone) {
        return first[zone.ordinal()];
    }

    long end(Zone zone) {
        return end[zone.ordinal()];
    }

    Zone of(long pfn) {
        if (pfn < end(Zone.DMA)) {
            return Zone.DMA;
        }
        return pfn < end(Zone.DMA32) ? Zone.DMA32 : Zone.NORMAL;
    }
}
