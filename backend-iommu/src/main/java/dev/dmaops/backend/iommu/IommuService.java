package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.KmallocRule;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import java.util.concurrent.atomic.AtomicBoolean;

/** What all devices of the backend share: the machine, the kernel's configuration, what was said once. */
final class IommuService {
    private static final long SLOT_BYTES = 2048;
    private static final long SLOT_SET_BYTES = 128 * SLOT_BYTES;

    private final BackendContext context;
    private final CacheMaintenance caches;
    private final boolean swiotlb;
    private final boolean kmallocBounce;
    private final AtomicBoolean saidInactive = new AtomicBoolean();

    IommuService(BackendContext context) {
        this.context = context;
        caches = context.caches();
        swiotlb = context.config().enabled("SWIOTLB");
        kmallocBounce = context.config().enabled("DMA_BOUNCE_UNALIGNED_KMALLOC")
                && context.kernel().atLeast(6, 5);
    }

    PhysicalMemory memory() {
        return context.memory();
    }

    PageAllocator pages() {
        return context.pages();
    }

    long pageBytes() {
        return context.pages().pageBytes();
    }

    CacheMaintenance caches() {
        return caches;
    }

    /** Whether the kernel has bounce pools at all. */
    boolean swiotlb() {
        return swiotlb;
    }

    boolean kmallocNeedsBounce(long bytes, DmaDirection direction) {
        return kmallocBounce && KmallocRule.needsBounce(bytes, direction, caches.lineBytes());
    }

    /** What Linux calls the longest mapping of a device that must bounce, with or without a pool (swiotlb_max_mapping_size, 6.12). */
    static long maxBounceBytes(DmaDeviceState device) {
        long keep = device.constraints().minAlignMask();
        return SLOT_SET_BYTES - (keep + SLOT_BYTES - 1 & -SLOT_BYTES);
    }

    void logInactivePool(String device) {
        if (saidInactive.compareAndSet(false, true)) {
            context.events().log(device, "DMA bounce buffers are inactive, unable to map unaligned transaction.");
        }
    }
}
