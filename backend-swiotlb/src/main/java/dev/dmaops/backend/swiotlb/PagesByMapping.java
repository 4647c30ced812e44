package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Refusals;
import dev.dmaops.spi.Zone;

/**
 * Pages that the caller synchronises: taken anywhere, then mapped like any buffer (dma_common_alloc_pages,
 * kernel/dma/ops_helpers.c, 6.12). So their DMA address may be that of a bounce buffer.
 */
final class PagesByMapping {
    private static final int ENOMEM = -12;

    private final DmaOps ops;
    private final DmaDeviceState device;
    private final PageAllocator pages;
    private final PhysicalMemory memory;

    PagesByMapping(DmaOps ops, DmaDeviceState device, BackendContext context) {
        this.ops = ops;
        this.device = device;
        pages = context.pages();
        memory = context.memory();
    }

    AllocationResult allocate(long bytes, DmaDirection direction) {
        long pageBytes = pages.pageBytes();
        long count = (bytes - 1) / pageBytes + 1;
        int order = order(count);
        if (order > pages.maxOrder()) {
            return refused(bytes, "one block has at most " + (pageBytes << pages.maxOrder()) + " bytes");
        }
        long physical = pages.allocate(order, Zone.NORMAL);
        if (physical == PageAllocator.NO_PAGES) {
            return refused(bytes, "no such block is free");
        }
        long size = count * pageBytes;
        long dma = ops.map(physical, size, direction, DmaAttributes.SKIP_CPU_SYNC);
        if (Refusals.isRefusal(dma)) {
            pages.free(physical, order);
            return new dev.dmaops.spi.AllocationRefused(ops.refusal(Refusals.code(dma), physical, size));
        }
        memory.zero(physical, size);
        return new Allocation(memory.segment(physical, size), physical, dma, size);
    }

    void free(Allocation allocation, DmaDirection direction) {
        ops.unmap(allocation.dma(), allocation.bytes(), direction, DmaAttributes.SKIP_CPU_SYNC);
        pages.free(allocation.physical(), order(allocation.bytes() / pages.pageBytes()));
    }

    private static int order(long count) {
        return count <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(count - 1);
    }

    private AllocationResult refused(long bytes, String why) {
        DmaErrorCode code = DmaErrorCode.NO_COHERENT_MEMORY;
        return AllocationResult.refused(new Refused(
                code,
                device.id(),
                bytes,
                code.text() + " " + device.id() + ": cannot allocate " + bytes + " bytes: " + why
                        + ". Ask for less at a time, or free some.",
                ENOMEM));
    }
}
