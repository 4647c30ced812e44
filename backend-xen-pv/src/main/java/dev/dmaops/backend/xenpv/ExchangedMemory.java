package dev.dmaops.backend.xenpv;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.Refused;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ContiguousRegion;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MachineContiguity;
import dev.dmaops.spi.NoContiguousRegion;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Coherent memory of a PV domain: any pages, exchanged when the device cannot use them as they are (xen_swiotlb_alloc_coherent and
 * xen_swiotlb_free_coherent, drivers/xen/swiotlb-xen.c, 6.12.117).
 *
 * <p>They are exchanged when their end is above the coherent mask, when their frames are not neighbours, or when they are aligned to
 * their own length for the kernel and not on the bus. The exchange covers the whole power of two of pages.
 */
final class ExchangedMemory {
    private static final int ENOMEM = -12;
    private static final long LOW_32_BITS = 0xffff_ffffL;

    private final DmaDeviceState device;
    private final BackendContext context;
    private final BusFrames frames;
    private final MachineContiguity contiguity;
    private final RemappedPages remapped;
    private final PageAllocator pages;
    private final boolean upTo515;
    private final boolean alignmentCounts;
    private final AtomicBoolean leakLogged = new AtomicBoolean();

    ExchangedMemory(
            DmaDeviceState device,
            BackendContext context,
            BusFrames frames,
            MachineContiguity contiguity,
            RemappedPages remapped) {
        this.device = device;
        this.context = context;
        this.frames = frames;
        this.contiguity = contiguity;
        this.remapped = remapped;
        pages = context.pages();
        upTo515 = !context.kernel().atLeast(5, 16);
        alignmentCounts = alignmentCounts(context.kernel());
    }

    /** From 6.12 on, and in 6.1.113, 6.6.55 and 6.11.3 and what followed them. */
    private static boolean alignmentCounts(KernelVersion kernel) {
        return kernel.atLeast(6, 12)
                || (kernel.major() == 6
                        && ((kernel.minor() == 1 && kernel.patch() >= 113)
                                || (kernel.minor() == 6 && kernel.patch() >= 55)
                                || (kernel.minor() == 11 && kernel.patch() >= 3)));
    }

    /**
     * Zeroed memory that is contiguous for the device.
     *
     * @param bytes length, rounded up to whole pages
     */
    AllocationResult allocate(long bytes) {
        int order = order(bytes);
        if (order > pages.maxOrder()) {
            return refused(
                    bytes,
                    DmaErrorCode.NO_COHERENT_MEMORY,
                    "a block has at most " + (pages.pageBytes() << pages.maxOrder())
                            + " bytes. Ask for less at a time.");
        }
        long size = size(bytes, order);
        long physical = pages.allocate(order, Zone.NORMAL);
        if (physical == PageAllocator.NO_PAGES) {
            return refused(
                    bytes,
                    DmaErrorCode.NO_COHERENT_MEMORY,
                    "no block of " + (pages.pageBytes() << order)
                            + " bytes is free. Ask for less at a time, or free some.");
        }
        long dma = device.ranges().toDma(frames.toBusAddress(physical));
        if (!usable(physical, dma, size)) {
            switch (contiguity.create(physical, order, widthOf(mask()))) {
                case NoContiguousRegion none -> {
                    pages.free(physical, order);
                    return refused(
                            bytes,
                            DmaErrorCode.NO_CONTIGUOUS_REGION,
                            none.why()
                                    + ". Ask for less at a time, use a wider coherent mask, or leave Xen more memory below"
                                    + " it (a smaller swiotlb=, less dom0_mem).");
                }
                case ContiguousRegion region -> {
                    remapped.mark(physical);
                    dma = upTo515 ? device.ranges().toDma(region.machineAddress()) : region.machineAddress();
                }
            }
        }
        context.memory().zero(physical, size);
        return new Allocation(context.memory().segment(physical, size), physical, dma, size);
    }

    /**
     * Gives memory back. When the device could not have used it, because its mask has changed since, it is kept for good, as Linux
     * does from 5.16 on.
     */
    void free(Allocation allocation) {
        long physical = allocation.physical();
        long size = allocation.bytes();
        int order = order(size);
        if (!usable(physical, allocation.dma(), size)) {
            if (leakLogged.compareAndSet(false, true)) {
                context.events()
                        .log(
                                device.id(),
                                String.format(
                                        "coherent memory at dma=0x%x bytes=%d does not fit the device any more (mask 0x%x)%s",
                                        allocation.dma(), size, mask(), upTo515 ? "" : ": it is not given back"));
            }
            if (!upTo515) {
                return;
            }
        }
        if (remapped.clear(physical)) {
            contiguity.destroy(physical, order);
        }
        pages.free(physical, order);
    }

    private boolean usable(long physical, long dma, long size) {
        long last = dma + size - 1;
        return dma != DmaRangeMap.UNREACHABLE
                && Long.compareUnsigned(last, dma) >= 0
                && Long.compareUnsigned(last, mask()) <= 0
                && !frames.straddles(physical, size)
                && !(alignmentCounts && frames.losesAlignment(physical, size, pages.pageBytes()));
    }

    private long mask() {
        long mask = device.coherentMask();
        return mask == 0 && upTo515 ? LOW_32_BITS : mask;
    }

    /** Bits of the highest address of a mask (fls64). */
    private static int widthOf(long mask) {
        return 64 - Long.numberOfLeadingZeros(mask);
    }

    /** Whole pages; up to 5.15 the whole power of two of them. */
    private long size(long bytes, int order) {
        long pageBytes = pages.pageBytes();
        return upTo515 ? pageBytes << order : (bytes + pageBytes - 1) / pageBytes * pageBytes;
    }

    private int order(long bytes) {
        long count = (bytes - 1) / pages.pageBytes() + 1;
        return count <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(count - 1);
    }

    private AllocationResult refused(long bytes, DmaErrorCode code, String why) {
        return AllocationResult.refused(new Refused(
                code,
                device.id(),
                bytes,
                code.text() + " " + device.id() + ": cannot allocate " + bytes + " bytes: " + why
                        + " [xen-pv, coherent mask 0x" + Long.toHexString(mask()) + "]",
                ENOMEM));
    }
}
