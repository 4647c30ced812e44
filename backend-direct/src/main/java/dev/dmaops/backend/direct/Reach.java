package dev.dmaops.backend.direct;

import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.SystemDescription;
import java.util.List;

/** What a device reaches of the machine's memory: the queries of direct mapping (kernel/dma/direct.c, 6.12). */
public final class Reach {
    private static final long BELOW_4_GIB = 0xffff_ffffL;

    private final DmaDeviceState device;
    private final BackendContext context;
    private final PageAllocator pages;
    private final boolean allRamInWindows;

    /** One device's. */
    public Reach(DmaDeviceState device, BackendContext context) {
        this.device = device;
        this.context = context;
        pages = context.pages();
        allRamInWindows = allRamInWindows();
    }

    /** The mask that reaches the last page of RAM: all ones below its highest bit (dma_direct_get_required_mask). */
    public long requiredMask() {
        long highest = device.ranges().toDma(lastPage());
        return highest == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(highest);
    }

    /**
     * Whether a mask is worth having: all masks of 32 bits and more, narrower ones when they reach the zone for DMA
     * (dma_direct_supported).
     */
    public boolean supports(long mask) {
        if (Long.compareUnsigned(mask, BELOW_4_GIB) >= 0) {
            return true;
        }
        long lowest = lastPage();
        if (pages.zoneDmaLimit() != 0 && Long.compareUnsigned(pages.zoneDmaLimit(), lowest) < 0) {
            lowest = pages.zoneDmaLimit();
        }
        return Long.compareUnsigned(mask, device.ranges().toDma(lowest)) >= 0;
    }

    /** Whether some RAM is above the device's limit, or in no window of its bus (dma_addressing_limited). */
    public boolean addressingLimited() {
        long limit = device.effectiveMask();
        if (device.busLimit() != 0 && Long.compareUnsigned(device.busLimit(), limit) < 0) {
            limit = device.busLimit();
        }
        return Long.compareUnsigned(limit, requiredMask()) < 0 || !allRamInWindows;
    }

    private long lastPage() {
        return (pages.maxPfn() - 1) * pages.pageBytes();
    }

    private boolean allRamInWindows() {
        DmaRangeMap ranges = device.ranges();
        if (ranges.isIdentity()) {
            return true;
        }
        List<MemoryRange> ram = context.hook(SystemDescription.class)
                .map(SystemDescription::ram)
                .orElse(List.of());
        if (!ram.isEmpty()) {
            return ram.stream().allMatch(range -> ranges.coversPhysical(range.start(), range.bytes()));
        }
        long pageBytes = pages.pageBytes();
        for (long pfn = 0; pfn < pages.maxPfn(); pfn++) {
            if (ranges.toDma(pfn * pageBytes) == DmaRangeMap.UNREACHABLE
                    && context.memory().isRam(pfn * pageBytes, pageBytes)) {
                return false;
            }
        }
        return true;
    }
}
