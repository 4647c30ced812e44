package dev.dmaops.testkit.doubles;

import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;

/**
 * Pages that a device reaches: from the highest zone whose pages do.
 *
 * @param device whose windows and limits count
 * @param context where pages come from
 */
record ReachablePages(DmaDeviceState device, BackendContext context) {
    /** Physical address of enough pages, or {@link PageAllocator#NO_PAGES}. */
    long allocate(long bytes, long limit) {
        PageAllocator pages = context.pages();
        int order = order(bytes);
        if (order > pages.maxOrder()) {
            return PageAllocator.NO_PAGES;
        }
        for (Zone zone : new Zone[] {Zone.NORMAL, Zone.DMA32, Zone.DMA}) {
            long physical = pages.allocate(order, zone);
            if (physical == PageAllocator.NO_PAGES) {
                return PageAllocator.NO_PAGES;
            }
            if (reaches(physical, bytes, limit)) {
                return physical;
            }
            pages.free(physical, order);
        }
        return PageAllocator.NO_PAGES;
    }

    void free(long physical, long bytes) {
        context.pages().free(physical, order(bytes));
    }

    private boolean reaches(long physical, long bytes, long limit) {
        long last = device.ranges().toDma(physical + bytes - 1);
        return device.ranges().coversPhysical(physical, bytes) && Long.compareUnsigned(last, limit) <= 0;
    }

    int order(long bytes) {
        long pages = (bytes + context.pages().pageBytes() - 1) / context.pages().pageBytes();
        return pages <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(pages - 1);
    }
}
