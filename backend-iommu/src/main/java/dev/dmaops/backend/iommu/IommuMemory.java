package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationRefused;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.NoncontiguousAllocation;
import dev.dmaops.spi.NoncontiguousResult;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory for a device behind an IOMMU (iommu_dma_alloc and iommu_dma_alloc_noncontiguous, drivers/iommu/dma-iommu.c, 6.12). Any
 * page will do, since its address is translated.
 *
 * <p>A kernel gives the CPU one view of pages that lie apart; one piece of memory here lies together. So coherent memory that is
 * longer than the page allocator's largest block needs blocks side by side, and memory in pieces needs none.
 */
final class IommuMemory {
    private static final int ENOMEM = -12;

    private final DmaDeviceState device;
    private final IommuService service;
    private final TranslatedSpace space;
    private final IommuOps ops;
    private final PageRuns runs;

    IommuMemory(DmaDeviceState device, IommuService service, TranslatedSpace space, IommuOps ops) {
        this.device = device;
        this.service = service;
        this.space = space;
        this.ops = ops;
        runs = new PageRuns(service.pages());
    }

    AllocationResult allocateCoherent(long bytes, int attributes) {
        long size = wholePages(bytes);
        boolean oneBlock = (attributes & DmaAttributes.FORCE_CONTIGUOUS) != 0;
        long physical = size <= 0 || (oneBlock && size > runs.largestBlock()) ? PageRuns.NONE : runs.allocate(size);
        if (physical == PageRuns.NONE) {
            return new AllocationRefused(noPages(bytes, "there are not that many free pages side by side"));
        }
        service.memory().zero(physical, size);
        if (!device.coherent()) {
            service.caches().beginUncached(physical, size);
        }
        int protection = ops.protection(DmaDirection.BIDIRECTIONAL, attributes);
        long dma = space.map(device, physical, size, protection, device.coherentMask());
        if (Refusals.isRefusal(dma)) {
            giveBack(physical, size);
            return new AllocationRefused(noAddresses(Refusals.code(dma), bytes));
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
        runs.free(physical, size);
    }

    AllocationResult allocatePages(long bytes, DmaDirection direction) {
        long size = wholePages(bytes);
        long physical = size <= 0 || size > runs.largestBlock() ? PageRuns.NONE : runs.allocate(size);
        if (physical == PageRuns.NONE) {
            return new AllocationRefused(noPages(bytes, "there is no block of that many free pages"));
        }
        long dma = ops.map(physical, size, direction, DmaAttributes.SKIP_CPU_SYNC);
        if (Refusals.isRefusal(dma)) {
            runs.free(physical, size);
            return AllocationResult.refused(ops.refusal(Refusals.code(dma), physical, bytes));
        }
        service.memory().zero(physical, size);
        return new Allocation(service.memory().segment(physical, size), physical, dma, size);
    }

    void freePages(Allocation allocation, DmaDirection direction) {
        ops.unmap(allocation.dma(), allocation.bytes(), direction, DmaAttributes.SKIP_CPU_SYNC);
        runs.free(allocation.physical(), allocation.bytes());
    }

    NoncontiguousResult allocateNoncontiguous(long bytes, DmaDirection direction, int attributes) {
        long size = wholePages(bytes);
        long sizes = (attributes & DmaAttributes.ALLOC_SINGLE_PAGES) != 0
                ? space.granule()
                : space.domain().pageSizes();
        List<MemoryRange> blocks = new ArrayList<>();
        if (size <= 0 || !runs.gather(size, sizes, blocks)) {
            return new AllocationRefused(noPages(bytes, "there are not that many free pages"));
        }
        long dma = mapBlocks(blocks, size, ops.protection(direction, attributes));
        if (Refusals.isRefusal(dma)) {
            runs.free(blocks);
            return new AllocationRefused(noAddresses(Refusals.code(dma), bytes));
        }
        for (MemoryRange block : blocks) {
            service.memory().zero(block.start(), block.bytes());
        }
        return new NoncontiguousAllocation(PageRuns.joined(blocks), dma, size, List.copyOf(blocks));
    }

    private long mapBlocks(List<MemoryRange> blocks, long size, int protection) {
        long base = size > MappedLengths.LONGEST ? 0 : space.allocate(device, size, device.coherentMask());
        if (base == 0) {
            return Refusals.of(DmaErrorCode.IOVA_EXHAUSTED);
        }
        long at = base;
        for (MemoryRange block : blocks) {
            if (!space.domain().map(at, block.start(), block.bytes(), protection)) {
                if (at != base) {
                    space.domain().unmap(base, at - base);
                    space.domain().invalidate(base, at - base);
                }
                space.release(base, size);
                return Refusals.of(space.domain().refusal());
            }
            at += block.bytes();
        }
        space.remember(base, size, 0);
        return base;
    }

    @SuppressWarnings("unchecked") // what this class put there
    void freeNoncontiguous(NoncontiguousAllocation allocation) {
        space.unmap(device.id(), allocation.dma(), allocation.bytes());
        if (allocation.backing() instanceof List<?> blocks) {
            runs.free((List<MemoryRange>) blocks);
        }
    }

    private long wholePages(long bytes) {
        long page = service.pageBytes();
        return bytes + page - 1 & -page;
    }

    private Refused noPages(long bytes, String why) {
        return refused(
                DmaErrorCode.NO_COHERENT_MEMORY,
                bytes,
                why
                        + ". Ask for less at a time, for memory in pieces (allocateNoncontiguous), or free what is no longer used");
    }

    private Refused noAddresses(DmaErrorCode code, long bytes) {
        return refused(
                code,
                bytes,
                "there are no IO virtual addresses for it at or below 0x" + Long.toHexString(device.coherentLimit())
                        + ". Free what is no longer used, or widen the device's coherent mask");
    }

    private Refused refused(DmaErrorCode code, long bytes, String why) {
        return new Refused(
                code,
                device.id(),
                bytes,
                code.text() + " " + device.id() + ": cannot allocate " + bytes + " bytes for the device: " + why
                        + ". [iommu, granule " + space.granule() + " bytes, largest block " + runs.largestBlock()
                        + " bytes]",
                ENOMEM);
    }
}
