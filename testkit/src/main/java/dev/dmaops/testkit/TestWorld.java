package dev.dmaops.testkit;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.DeviceLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine with one device, seen from the device: what it reaches, what stands in front of it, what helps it.
 *
 * <p>The machine has RAM from 0 to 3 GiB and from 4 GiB to 6 GiB, a DMA zone of 1 GiB, a zone below 4 GiB, and two processors.
 *
 * @param pageBytes page size of the kernel
 * @param granuleBytes smallest page of an IOMMU or a hypervisor: 4096 also below a kernel with larger pages
 * @param reach what the device reaches by itself
 * @param iommu whether an IOMMU translates for it
 * @param pool the bounce pool behind it
 * @param coherent whether it snoops CPU caches; if not, cache lines have 64 bytes
 */
public record TestWorld(long pageBytes, long granuleBytes, Reach reach, boolean iommu, Pool pool, boolean coherent) {
    /** What a device reaches without help. */
    public enum Reach {
        /** Every address: 64 address lines. */
        EVERYTHING,
        /** The lower 4 GiB: 32 address lines. */
        LOW_4_GIB,
        /** The lower 1 GiB, which the device sees at 0xc0000000: the soc bus of a Raspberry Pi 4. */
        WINDOW_1_GIB
    }

    /** Which bounce pool stands behind a device. */
    public enum Pool {
        /** None. */
        NONE,
        /** One that is used when a buffer is out of reach. */
        DEFAULT,
        /** One that every streaming mapping goes through. */
        FORCED,
        /** The device's own, for streaming and coherent memory. */
        RESTRICTED
    }

    private static final long GIB = 1L << 30;

    /** Every combination that can exist: page sizes 4 over 4 KiB and 64 over 4 KiB, each with and without the rest. */
    public static List<TestWorld> all() {
        List<TestWorld> worlds = new ArrayList<>();
        for (long page : new long[] {4096, 65536}) {
            for (Reach reach : Reach.values()) {
                for (boolean coherent : new boolean[] {true, false}) {
                    for (Pool pool : Pool.values()) {
                        worlds.add(new TestWorld(page, 4096, reach, false, pool, coherent));
                    }
                    if (reach != Reach.WINDOW_1_GIB) {
                        worlds.add(new TestWorld(page, 4096, reach, true, Pool.NONE, coherent));
                        worlds.add(new TestWorld(page, 4096, reach, true, Pool.DEFAULT, coherent));
                    }
                }
            }
        }
        return worlds;
    }

    /** Whether the device reaches a buffer of the machine by itself. */
    public boolean reaches(long physical, long bytes) {
        return switch (reach) {
            case EVERYTHING -> true;
            case LOW_4_GIB -> physical + bytes <= 4 * GIB;
            case WINDOW_1_GIB -> physical + bytes <= GIB;
        };
    }

    /** Masks, limits and windows of the device. */
    public DeviceLimits limits() {
        long low = 0xffff_ffffL;
        return switch (reach) {
            case EVERYTHING -> limits(-1L, 0, DmaRangeMap.IDENTITY);
            case LOW_4_GIB -> limits(low, 0, DmaRangeMap.IDENTITY);
            case WINDOW_1_GIB -> limits(low, low, DmaRangeMap.of(List.of(new DmaRange(0, 0xc000_0000L, GIB))));
        };
    }

    private DeviceLimits limits(long mask, long busLimit, DmaRangeMap ranges) {
        return new DeviceLimits(mask, mask, busLimit, ranges, coherent, DmaConstraints.DEFAULT);
    }

    @Override
    public String toString() {
        return pageBytes / 1024 + "/" + granuleBytes / 1024 + " KiB, reaches " + reach + (iommu ? ", iommu" : "")
                + ", pool " + pool + (coherent ? "" : ", does not snoop");
    }
}
