package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One entry of a bus's {@code dma-ranges} as written, before any translation.
 *
 * @param flags the cell in front of the address on a PCI or ISA bus (PCI: space code in bits 25..24, prefetchable in bit 30)
 * @param childAddress first byte as devices on the bus see it
 * @param parentAddress the same byte as the bus above sees it
 * @param size number of bytes, unsigned
 */
public record DmaRangeEntry(OptionalLong flags, long childAddress, long parentAddress, long size) {
    private static final int MAX_CELLS = 4;

    /**
     * The entries of a bus. Cells left over behind the last whole entry are ignored, as in Linux.
     *
     * @param bus the node with the property
     * @return the entries in order; an empty list if the property is there and translates nothing; empty if it is missing
     * @throws FirmwareException if the cell counts of the bus are not ones an address can have
     */
    public static Optional<List<DmaRangeEntry>> of(DeviceTreeNode bus) {
        return bus.property("dma-ranges").map(ranges -> entries(bus, ranges));
    }

    private static List<DmaRangeEntry> entries(DeviceTreeNode bus, DeviceTreeProperty ranges) {
        Layout layout = Layout.of(bus, ranges);
        List<DmaRangeEntry> entries = new ArrayList<>();
        for (int at = 0; at + layout.entry() <= ranges.cellCount(); at += layout.entry()) {
            entries.add(layout.read(ranges, at));
        }
        return List.copyOf(entries);
    }

    /** Widths of the parts of an entry in cells. */
    record Layout(int flags, int child, int parent, int size) {
        static Layout of(DeviceTreeNode bus, DeviceTreeProperty ranges) {
            int flags = BusKind.of(bus).flagCells();
            return new Layout(
                    flags,
                    count(ranges, "#address-cells", Cells.address(bus), Math.max(1, flags)),
                    count(ranges, "#address-cells of the parent", Cells.addressOfParent(bus), 1),
                    count(ranges, "#size-cells", Cells.size(bus), 0));
        }

        int entry() {
            return child + parent + size;
        }

        DmaRangeEntry read(DeviceTreeProperty ranges, int at) {
            return new DmaRangeEntry(
                    flags == 0 ? OptionalLong.empty() : OptionalLong.of(ranges.cell(at)),
                    ranges.number(at + flags, child - flags),
                    ranges.number(at + child, parent),
                    ranges.number(at + child + parent, size));
        }

        private static int count(DeviceTreeProperty ranges, String name, long cells, int least) {
            if (cells < least || cells > MAX_CELLS) {
                throw ranges.error(
                        name + " between " + least + " and " + MAX_CELLS,
                        Long.toString(cells),
                        "Correct the cell counts of the bus");
            }
            return (int) cells;
        }
    }

    @Override
    public String toString() {
        String prefix = flags.isPresent() ? "flags 0x%08x ".formatted(flags.getAsLong()) : "";
        return prefix + "child 0x%x parent 0x%x size 0x%x".formatted(childAddress, parentAddress, size);
    }
}
