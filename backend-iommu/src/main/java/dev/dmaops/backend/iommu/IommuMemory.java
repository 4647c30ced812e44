package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Refusals;
import dev.dmaops.spi.Zone;
import java.lang.foreign.MemorySegment;

/**
 * Memory for a device behind an IOMMU. Any page will do, since its address is translated.
 *
 * <p>The kernel may gather scattered pages and give the CPU one view of them; here memory is contiguous, so one allocation is at
 * most the page allocator's largest block.
 */
final class IommuMemory {
    private static final int ENOMEM = -12;

    private final DmaDeviceState device;
    private final IommuService service;
    private final TranslatedSpace space;
    private final IommuOps ops;

    IommuMemory(DmaDeviceState device, IommuService service, TranslatedSpace space, IommuOps ops) {
        this.device = device;
        this.service = service;
        this.space = space;
        this.ops = ops;
    }

    AllocationResult allocateCoherent(long bytes, int attributes) {
        long size = wholePages(bytes);
        long physical = pages(size);
        if (physical == PageAllocator.NO_PAGES) {
            return refused(DmaErrorCode.NO_COHERENT_MEMORY, bytes, "no block of that many free pages");
        }
        service.memory().zero(physical, size);
        if (!device.coherent()) {
            service.caches().beginUncached(physical, size);
        }
        int protection = ops.protection(DmaDirection.BIDIRECTIONAL, attributes);
        long dma = space.map(device, physical, size, protection, device.coherentMask());
        if (Refusals.isRefusal(dma)) {
            giveBack(physical, size);
            return refused(
                    Refusals.code(dma),
                    bytes,
                    "no IO virtual addresses at or below 0x" + Long.toHexString(device.coherentLimit()));
        }
        MemorySegment view = (attributes & DmaAttributes.NO_KERNEL_MAPPING) != 0
                ? MemorySegment.NULL
                : service.memory().segment(physical, size);
        return new Allocation(view, physical, dma, size);
    }

    void freeCoherent(Allocation allocation) {
        space.unmap(device.id(), allocation.dma(), allocation.bytes());
        giveBack(allocation.physical(), allocation.bytes());
    }

    private void giveBack(long physical, long size) {
        if (!device.coherent()) {
            service.caches().endUncached(physical, size);
        }
        service.pages().free(physical, order(size));
    }

    AllocationResult allocatePages(long bytes, DmaDirection direction) {
        long size = wholePages(bytes);
        long physical = pages(size);
        if (physical == PageAllocator.NO_PAGES) {
            return refused(DmaErrorCode.NO_COHERENT_MEMORY, bytes, "no block of that many free pages");
        }
        long dma = ops.map(physical, size, direction, DmaAttributes.SKIP_CPU_SYNC);
        if (Refusals.isRefusal(dma)) {
            service.pages().free(physical, order(size));
            return AllocationResult.refused(ops.refusal(Refusals.code(dma), physical, bytes));
        }
        service.memory().zero(physical, size);
        return new Allocation(service.memory().segment(physical, size), physical, dma, size);
    }

    void freePages(Allocation allocation, DmaDirection direction) {
        ops.unmap(allocation.dma(), allocation.bytes(), direction, DmaAttributes.SKIP_CPU_SYNC);
        service.pages().free(allocation.physical(), order(allocation.bytes()));
    }

    private long pages(long size) {
        int order = order(size);
        return order > service.pages().maxOrder()
                ? PageAllocator.NO_PAGES
                : service.pages().allocate(order, Zone.NORMAL);
    }

    private long wholePages(long bytes) {
        long page = service.pageBytes();
        return space.roundUp(bytes + page - 1 & -page);
    }

    private int order(long size) {
        long count = size / service.pageBytes();
        return count <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(count - 1);
    }

    private AllocationResult refused(DmaErrorCode code, long bytes, String why) {
        long largest = service.pageBytes() << service.pages().maxOrder();
        return AllocationResult.refused(new Refused(
                code,
                device.id(),
                bytes,
                code.text() + " " + device.id() + ": cannot allocate " + bytes + " bytes for the device: " + why
                        + ". Ask for less at a time (at most " + largest + " bytes), or free what is no longer used."
                        + " [iommu, granule " + space.granule() + " bytes]",
                ENOMEM));
    }
}
