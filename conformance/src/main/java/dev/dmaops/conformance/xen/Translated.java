package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.IommuDomain;

/**
 * IO virtual addresses, which are compared by what must be true of them: the recorded kernel kept windows free that were not
 * recorded. An address counts as the recorded one when it lies in the domain's aperture and below mask and bus limit, has the recorded
 * place in its granule, and leads somewhere.
 */
final class Translated {
    private final ReplayPlatform replay;

    Translated(ReplayPlatform replay) {
        this.replay = replay;
    }

    /** Whether a device is behind an IOMMU that translates. */
    static boolean isBehind(DmaDevice device) {
        return device.choice().iommuDomain().translates();
    }

    /**
     * The address as it is to be compared with a row.
     *
     * @param dma ours
     * @param mask highest address that the device can drive
     */
    String compared(DmaDevice device, Row row, String field, long dma, long bytes, long mask) {
        if (!isBehind(device) || !row.has(field)) {
            return Values.hex(dma);
        }
        long recorded = row.address(field);
        IommuDomain domain = replay.machine().iommu().domain(device.id());
        long granule = Long.lowestOneBit(domain.pageSizes()) - 1;
        long last = dma + bytes - 1;
        boolean same = (dma & granule) == (recorded & granule)
                && Long.compareUnsigned(last, dma) >= 0
                && Long.compareUnsigned(last, limit(device, mask)) <= 0
                && Long.compareUnsigned(dma, domain.apertureFirst()) >= 0
                && Long.compareUnsigned(last, domain.apertureLast()) <= 0
                && domain.translate(dma) != IommuDomain.NOT_MAPPED
                && domain.translate(last) != IommuDomain.NOT_MAPPED;
        return Values.hex(same ? recorded : dma);
    }

    private static long limit(DmaDevice device, long mask) {
        long bus = device.state().busLimit();
        return bus != 0 && Long.compareUnsigned(bus, mask) < 0 ? bus : mask;
    }
}
