package dev.dmaops.conformance.machine;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.spi.IommuDomain;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must hold of IO virtual addresses wherever they are: within mask, bus limit and aperture, and no two mappings in the same
 * granule. A recording whose addresses depend on a timer, or on windows that it does not show, is checked by this alone.
 */
public final class LiveAddresses {
    private final ReplayPlatform replay;
    private final Map<String, TreeMap<Long, Long>> lastByFirst = new HashMap<>();

    /** Nothing is mapped yet. */
    public LiveAddresses(ReplayPlatform replay) {
        this.replay = replay;
    }

    /**
     * Notes a mapping of a device behind an IOMMU; does nothing for others.
     *
     * @param mask the mask that it was made under
     * @throws IllegalStateException when it is where it must not be
     */
    public void claim(DmaDevice device, long dma, long bytes, long mask) {
        if (!device.choice().iommuDomain().translates()) {
            return;
        }
        IommuDomain domain = replay.machine().iommu().domain(device.id());
        long last = dma + bytes - 1;
        long busLimit = device.busLimit() == 0 ? -1L : device.busLimit();
        require(last, mask, dma, "the mask");
        require(last, busLimit, dma, "the bus limit");
        require(last, domain.apertureLast(), dma, "the aperture");
        long granule = Long.lowestOneBit(domain.pageSizes());
        TreeMap<Long, Long> live =
                lastByFirst.computeIfAbsent(device.id(), any -> new TreeMap<Long, Long>(Long::compareUnsigned));
        Map.Entry<Long, Long> below = live.floorEntry(last | (granule - 1));
        if (below != null && Long.compareUnsigned(below.getValue(), dma & -granule) >= 0) {
            throw new IllegalStateException("dma=0x" + Long.toHexString(dma) + " is in use by the mapping at dma=0x"
                    + Long.toHexString(below.getKey()));
        }
        live.put(dma & -granule, last | (granule - 1));
    }

    private static void require(long last, long limit, long dma, String what) {
        if (Long.compareUnsigned(last, limit) > 0) {
            throw new IllegalStateException(
                    "dma=0x" + Long.toHexString(dma) + " ends above " + what + ", 0x" + Long.toHexString(limit));
        }
    }

    /** Forgets the mapping that begins at an address. */
    public void release(DmaDevice device, long dma) {
        TreeMap<Long, Long> live = lastByFirst.get(device.id());
        Map.Entry<Long, Long> own = live == null ? null : live.floorEntry(dma);
        if (live != null && own != null && Long.compareUnsigned(own.getValue(), dma) >= 0) {
            live.remove(own.getKey());
        }
    }
}
