package dev.dmaops.selection.devicetree;

import dev.dmaops.firmware.devicetree.AddressRange;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.SystemMemory;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The RAM of a device tree as a memory map. */
public final class DeviceTreeMemory {
    private DeviceTreeMemory() {}

    /**
     * The RAM of a tree, ascending; ranges that touch or overlap are joined.
     *
     * @throws dev.dmaops.firmware.FirmwareException if a range cannot be read
     */
    public static List<MemoryRange> ram(DeviceTree tree) {
        List<AddressRange> ranges = new ArrayList<>(SystemMemory.of(tree));
        ranges.sort(Comparator.comparing(AddressRange::start, Long::compareUnsigned));
        List<MemoryRange> ram = new ArrayList<>();
        for (AddressRange range : ranges) {
            MemoryRange last = ram.isEmpty() ? new MemoryRange(-1, 0) : ram.getLast();
            if (!ram.isEmpty() && range.start() <= last.last() + 1) {
                long end = Math.max(last.last(), range.last());
                ram.set(ram.size() - 1, new MemoryRange(last.start(), end - last.start() + 1));
            } else {
                ram.add(new MemoryRange(range.start(), range.size()));
            }
        }
        return List.copyOf(ram);
    }
}
