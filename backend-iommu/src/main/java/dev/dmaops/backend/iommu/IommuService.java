package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.KmallocRule;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import java.util.concurrent.atomic.AtomicBoolean;

/** What all devices of the backend share: the machine, the kernel's configuration, what was said once. */
final class IommuService {
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

    void logInactivePool(String device) {
        if (saidInactive.compareAndSet(false, true)) {
            context.events().log(device, "DMA bounce buffers are inactive, unable to map unaligned transaction.");
        }
    }
}
