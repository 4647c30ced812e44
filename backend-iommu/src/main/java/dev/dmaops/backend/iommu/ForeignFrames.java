package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.ForeignCaches;
import dev.dmaops.spi.IommuDomain;
import org.jspecify.annotations.Nullable;

/**
 * Pages of other domains under the policy {@code iommu-translates-foreign}: the tables get the frame that holds the page, where
 * Linux puts the guest's number for it and the device reads something else (dma-iommu under Xen on Arm, 6.12).
 *
 * <p>Cache lines of such a page are the hypervisor's business; a machine without its call leaves them alone, as does Linux when
 * Xen lacks it. Any thread may call.
 */
final class ForeignFrames {
    private final BusFrames frames;
    private final @Nullable ForeignCaches hypervisor;

    ForeignFrames(BusFrames frames, @Nullable ForeignCaches hypervisor) {
        this.frames = frames;
        this.hypervisor = hypervisor;
    }

    /**
     * Maps what is behind a range of the guest's addresses, piece by piece where neighbours are none on the bus.
     *
     * @return false when a granule has no place on the bus, or not one; nothing is mapped then
     */
    boolean map(IommuDomain domain, long granule, long iova, long physical, long bytes, int protection) {
        for (long done = 0; done < bytes; ) {
            long bus = granuleOnBus(physical + done, granule);
            long run = granule;
            while (bus != BusFrames.NO_FRAME
                    && done + run < bytes
                    && granuleOnBus(physical + done + run, granule) == bus + run) {
                run += granule;
            }
            if (bus == BusFrames.NO_FRAME || !domain.map(iova + done, bus, run, protection)) {
                if (done != 0) {
                    domain.unmap(iova, done);
                    domain.invalidate(iova, done);
                }
                return false;
            }
            done += run;
        }
        return true;
    }

    private long granuleOnBus(long physical, long granule) {
        if (frames.toBus(physical >>> BusFrames.SHIFT) == BusFrames.NO_FRAME) {
            return BusFrames.NO_FRAME;
        }
        long bus = frames.toBusAddress(physical);
        return (bus & (granule - 1)) != 0 || frames.straddles(physical, granule) ? BusFrames.NO_FRAME : bus;
    }

    /** Whether an address of the guest is another domain's page. */
    private boolean isForeign(long physical) {
        long pfn = physical >>> BusFrames.SHIFT;
        return frames.toBus(pfn) != pfn;
    }

    /** Whether an address on the bus is none of the guest's own. */
    private boolean isForeignOnBus(long bus) {
        return !frames.isValid(bus >>> BusFrames.SHIFT);
    }

    /** Maintains caches before the device looks, of a buffer that the kernel knows by this address. */
    void forDevice(CacheMaintenance own, long physical, long bytes, DmaDirection direction) {
        for (long done = 0; done < bytes; ) {
            long step = step(physical + done, bytes - done);
            forDevice(own, frames.toBusAddress(physical + done), isForeign(physical + done), step, direction);
            done += step;
        }
    }

    /** The same for what is mapped at {@code dma}. */
    void forDeviceAgain(CacheMaintenance own, IommuDomain domain, long dma, long bytes, DmaDirection direction) {
        for (long done = 0; done < bytes; ) {
            long step = step(dma + done, bytes - done);
            long bus = domain.translate(dma + done);
            forDevice(own, bus, isForeignOnBus(bus), step, direction);
            done += step;
        }
    }

    // xen_dma_sync_for_device, arch/arm/xen/mm.c, 6.12
    private void forDevice(CacheMaintenance own, long bus, boolean isForeign, long bytes, DmaDirection direction) {
        if (isForeign) {
            call(bus, bytes, direction == DmaDirection.FROM_DEVICE ? ForeignCaches.INVALIDATE : ForeignCaches.CLEAN);
        } else {
            own.forDevice(bus, bytes, direction);
        }
    }

    /** Maintains caches before the CPU looks, of a buffer that the kernel knows by this address. */
    void forCpuByGuest(CacheMaintenance own, long physical, long bytes, DmaDirection direction) {
        for (long done = 0; done < bytes; ) {
            long step = step(physical + done, bytes - done);
            forCpu(own, frames.toBusAddress(physical + done), isForeign(physical + done), step, direction);
            done += step;
        }
    }

    /** The same for what is mapped at {@code dma}: neighbours there need not be neighbours elsewhere. */
    void forCpu(CacheMaintenance own, IommuDomain domain, long dma, long bytes, DmaDirection direction) {
        for (long done = 0; done < bytes; ) {
            long step = step(dma + done, bytes - done);
            long bus = domain.translate(dma + done);
            forCpu(own, bus, isForeignOnBus(bus), step, direction);
            done += step;
        }
    }

    // xen_dma_sync_for_cpu, arch/arm/xen/mm.c, 6.12
    private void forCpu(CacheMaintenance own, long bus, boolean isForeign, long bytes, DmaDirection direction) {
        if (!isForeign) {
            own.forCpu(bus, bytes, direction);
        } else if (direction != DmaDirection.TO_DEVICE) {
            call(bus, bytes, ForeignCaches.INVALIDATE);
        }
    }

    private static long step(long address, long left) {
        return Math.min(left, BusFrames.BYTES - (address & (BusFrames.BYTES - 1)));
    }

    private void call(long bus, long bytes, int operation) {
        if (hypervisor != null) {
            int offset = (int) (bus & (BusFrames.BYTES - 1));
            hypervisor.maintain(bus - offset, offset, (int) bytes, operation);
        }
    }
}
