package dev.dmaops.backend.direct;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Refusals;
import dev.dmaops.spi.Zone;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Memory for a device from the zone that it reaches (dma_direct_alloc and dma_direct_alloc_pages, kernel/dma/direct.c, 6.12).
 *
 * <p>In order: the device's own region, which has no fallback; the restricted pool; for devices that do not snoop, when nobody may
 * wait, the atomic pools; then the page allocator, from the highest zone that looks right, and from lower ones when what came was out
 * of reach. That no page was free is not tried again in a lower zone: the page allocator did so.
 */
public final class CoherentMemory {
    private static final int ENOMEM = -12;

    private final DmaDeviceState device;
    private final DirectService service;
    private final BackendContext context;
    private final PageAllocator pages;
    private final PhysicalMemory memory;
    private final @Nullable BouncePool restricted;
    private final @Nullable CoherentRegion region;
    private final boolean remaps;
    private final boolean canBeUncached;

    /**
     * One device's.
     *
     * @param pool the pool behind the device; used here when it is restricted
     */
    public CoherentMemory(DmaDeviceState device, DirectService service, @Nullable BouncePool pool) {
        this.device = device;
        this.service = service;
        context = service.context();
        pages = context.pages();
        memory = context.memory();
        restricted = pool != null && pool.restricted() ? pool : null;
        region = service.region(device.id()).orElse(null);
        remaps = context.config().enabled("DMA_DIRECT_REMAP");
        canBeUncached = remaps
                || context.config().enabled("ARCH_HAS_DMA_SET_UNCACHED")
                || context.config().enabled("ARCH_HAS_DMA_ALLOC")
                // Before 6.12 there was no symbol: an architecture without the other two had its own allocator.
                || !context.kernel().atLeast(6, 12);
    }

    /**
     * Zeroed memory that CPU and device see alike.
     *
     * @param bytes length, rounded up to whole pages
     * @param flags bits of {@link AllocationFlags}
     */
    public AllocationResult allocate(long bytes, int attributes, int flags) {
        long size = wholePages(bytes);
        if (size < 0) {
            return refused(bytes, attributes);
        }
        if (region != null) {
            long physical = region.allocate(size);
            if (physical == PageAllocator.NO_PAGES) {
                return refused(bytes, attributes);
            }
            return coherent(physical, region.toDma(physical), size);
        }
        boolean noMapping =
                (attributes & DmaAttributes.NO_KERNEL_MAPPING) != 0 && !service.guestEncrypted() && restricted == null;
        boolean remap = false;
        if (!noMapping && !device.coherent()) {
            if (!canBeUncached) {
                service.logNoCoherent(device.id());
                return refused(bytes, attributes);
            }
            remap = remaps;
        }
        boolean atomic = (flags & AllocationFlags.ATOMIC) != 0;
        if (!noMapping && (remap || service.guestEncrypted()) && atomic && restricted == null) {
            AllocationResult taken = fromAtomicPool(bytes, size, attributes);
            return taken instanceof Allocation got ? coherent(got.physical(), got.dma(), size) : taken;
        }
        long physical = pages(size, !atomic);
        if (physical == PageAllocator.NO_PAGES) {
            return refused(bytes, attributes);
        }
        if (noMapping) {
            beginUncached(physical, size);
            return new Allocation(MemorySegment.NULL, physical, toDma(physical), size);
        }
        return coherent(physical, toDma(physical), size);
    }

    private Allocation coherent(long physical, long dma, long size) {
        beginUncached(physical, size);
        memory.zero(physical, size);
        return new Allocation(memory.segment(physical, size), physical, dma, size);
    }

    private void beginUncached(long physical, long size) {
        if (!device.coherent()) {
            context.caches().beginUncached(physical, size);
        }
    }

    /** Gives back what {@link #allocate} gave. */
    public void free(Allocation allocation) {
        if (!device.coherent()) {
            context.caches().endUncached(allocation.physical(), allocation.bytes());
        }
        giveBack(allocation);
    }

    /** Gives back what {@link #allocatePages} gave. */
    public void freePages(Allocation allocation) {
        giveBack(allocation);
    }

    private void giveBack(Allocation allocation) {
        long physical = allocation.physical();
        long size = allocation.bytes();
        if (region != null && region.contains(physical)) {
            region.free(physical, size);
        } else if (!service.atomicPools().free(physical, size)) {
            releasePages(physical, size);
        }
    }

    /** Zeroed pages that the caller synchronises. */
    public AllocationResult allocatePages(long bytes, int flags) {
        long size = wholePages(bytes);
        if (size < 0) {
            return refused(bytes, DmaAttributes.NONE);
        }
        if (service.guestEncrypted() && (flags & AllocationFlags.ATOMIC) != 0 && restricted == null) {
            return fromAtomicPool(bytes, size, DmaAttributes.NONE);
        }
        long physical = pages(size, true);
        if (physical == PageAllocator.NO_PAGES) {
            return refused(bytes, DmaAttributes.NONE);
        }
        memory.zero(physical, size);
        return new Allocation(memory.segment(physical, size), physical, toDma(physical), size);
    }

    private AllocationResult fromAtomicPool(long bytes, long size, int attributes) {
        long physical = service.atomicPools().allocate(size, firstZone(), at -> reachable(at, size));
        if (physical == PageAllocator.NO_PAGES) {
            if ((attributes & DmaAttributes.NO_WARN) == 0) {
                context.events().log(device.id(), service.atomicPools().failure(device.id()));
            }
            return refused(bytes, attributes);
        }
        return new Allocation(memory.segment(physical, size), physical, toDma(physical), size);
    }

    /** __dma_direct_alloc_pages: who may wait gets more than a page from the area for large blocks, if it has room in reach. */
    private long pages(long size, boolean mayWait) {
        if (restricted != null) {
            long physical = restricted.allocate(device, size);
            if (Refusals.isRefusal(physical)) {
                return PageAllocator.NO_PAGES;
            }
            if (!reachable(physical, size)) {
                restricted.free(device, physical);
                return PageAllocator.NO_PAGES;
            }
            return physical;
        }
        long kept = mayWait && size > pages.pageBytes() ? pages.allocateContiguous(size) : PageAllocator.NO_PAGES;
        if (kept != PageAllocator.NO_PAGES) {
            if (reachable(kept, size)) {
                return kept;
            }
            pages.freeContiguous(kept, size);
        }
        int order = order(size);
        if (order > pages.maxOrder()) {
            return PageAllocator.NO_PAGES;
        }
        boolean limited = highestPhysical() != DmaRangeMap.UNREACHABLE;
        Zone zone = firstZone();
        while (true) {
            long physical = pages.allocate(order, present(zone));
            if (physical == PageAllocator.NO_PAGES || reachable(physical, size)) {
                return physical;
            }
            pages.free(physical, order);
            if (pages.hasZone(Zone.DMA32) && limited && zone == Zone.NORMAL) {
                zone = Zone.DMA32;
            } else if (pages.zoneDmaLimit() != 0 && zone != Zone.DMA) {
                zone = Zone.DMA;
            } else {
                return PageAllocator.NO_PAGES;
            }
        }
    }

    private void releasePages(long physical, long size) {
        if (restricted != null && restricted.contains(physical)) {
            restricted.free(device, physical);
        } else if (!pages.freeContiguous(physical, size)) {
            pages.free(physical, order(size));
        }
    }

    /** The zone in which nothing is above the device's limit for coherent memory, as far as zones can tell. */
    private Zone firstZone() {
        long highest = highestPhysical();
        if (pages.zoneDmaLimit() != 0 && Long.compareUnsigned(highest, pages.zoneDmaLimit()) <= 0) {
            return Zone.DMA;
        }
        return Long.compareUnsigned(highest, 0xffff_ffffL) <= 0 ? Zone.DMA32 : Zone.NORMAL;
    }

    /** A kernel without a zone below 4 GiB takes such requests from the highest zone. */
    private Zone present(Zone zone) {
        return zone == Zone.DMA32 && !pages.hasZone(Zone.DMA32) ? Zone.NORMAL : zone;
    }

    /** The physical address behind the device's limit; all ones when there is none. */
    private long highestPhysical() {
        return device.ranges().toPhysical(device.coherentLimit());
    }

    private boolean reachable(long physical, long size) {
        long dma = toDma(physical);
        return dma != DmaRangeMap.UNREACHABLE && Long.compareUnsigned(dma + size - 1, device.coherentLimit()) <= 0;
    }

    private long toDma(long physical) {
        return device.ranges().toDma(physical);
    }

    /** The length in whole pages; negative when there is no such length. */
    private long wholePages(long bytes) {
        long pageBytes = pages.pageBytes();
        return bytes > Long.MAX_VALUE - pageBytes ? -1 : (bytes + pageBytes - 1) / pageBytes * pageBytes;
    }

    private int order(long size) {
        long count = size / pages.pageBytes();
        return count <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(count - 1);
    }

    private AllocationResult refused(long bytes, int attributes) {
        String source = region != null
                ? "the device's own memory"
                : restricted != null ? "pool " + restricted.name() : "the page allocator";
        boolean windows = !device.ranges().isIdentity();
        return AllocationResult.refused(new Refused(
                DmaErrorCode.NO_COHERENT_MEMORY,
                device.id(),
                bytes,
                DmaErrorCode.NO_COHERENT_MEMORY.text() + " " + device.id() + ": cannot allocate " + bytes
                        + " bytes: " + source + " has no such block that the device reaches (DMA addresses up to 0x"
                        + Long.toHexString(device.coherentLimit())
                        + (windows ? ", windows of its bus " + device.ranges() : "")
                        + "; one block has at most " + largest() + " bytes). Ask for less at a time, "
                        + (windows ? "free some, or let RAM lie in those windows." : "or free some.")
                        + " [attributes " + DmaAttributes.describe(attributes) + "]",
                ENOMEM));
    }

    private long largest() {
        return restricted != null ? 256 << 10 : pages.pageBytes() << pages.maxOrder();
    }
}
