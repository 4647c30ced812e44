package dev.dmaops.selection.devicetree;

import dev.dmaops.firmware.devicetree.AddressRange;
import dev.dmaops.firmware.devicetree.ReservedMemory;
import dev.dmaops.firmware.devicetree.SystemMemory;
import dev.dmaops.spi.MemoryRange;
import java.util.List;

/** Where reserved memory lies. A region that the kernel places goes as high as its bounds allow, as boot memory does. */
final class ReservedPlaces {
    private static final long PAGE = 4096;

    private ReservedPlaces() {}

    /** The place; 0 bytes if there is none. */
    static MemoryRange of(ReservedMemory region) {
        if (!region.ranges().isEmpty()) {
            AddressRange first = region.ranges().getFirst();
            return new MemoryRange(first.start(), first.size());
        }
        return region.placement().map(placement -> highest(region, placement)).orElse(new MemoryRange(0, 0));
    }

    private static MemoryRange highest(ReservedMemory region, ReservedMemory.Placement placement) {
        List<AddressRange> memory = SystemMemory.of(region.node().tree());
        List<AddressRange> within = placement.within().isEmpty() ? memory : placement.within();
        long alignment = Math.max(PAGE, placement.alignment());
        MemoryRange best = new MemoryRange(0, 0);
        for (AddressRange bounds : within) {
            for (AddressRange ram : memory) {
                long from = Math.max(bounds.start(), ram.start());
                long start = (Math.min(bounds.last(), ram.last()) + 1 - placement.size()) & -alignment;
                if (start >= from && start >= best.start()) {
                    best = new MemoryRange(start, placement.size());
                }
            }
        }
        return best;
    }
}
