package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;

/** The RAM a tree describes (Linux 6.12 early_init_dt_scan_memory). */
public final class SystemMemory {
    private SystemMemory() {}

    /**
     * The ranges of all available children of the root with {@code device_type = "memory"}; where a node has
     * {@code linux,usable-memory}, that instead of its {@code reg}.
     *
     * @param tree the tree
     * @return the ranges in document order, empty ones left out; not sorted and not joined
     * @throws FirmwareException if a range cannot be read
     */
    public static List<AddressRange> of(DeviceTree tree) {
        return tree.root().children().stream()
                .filter(SystemMemory::isMemory)
                .flatMap(node -> node
                        .property("linux,usable-memory")
                        .or(() -> node.property("reg"))
                        .map(list -> Registers.ranges(node, list))
                        .orElse(List.of())
                        .stream())
                .filter(range -> range.size() != 0)
                .toList();
    }

    private static boolean isMemory(DeviceTreeNode node) {
        return node.available()
                && node.property("device_type")
                        .filter(type -> type.string().equals("memory"))
                        .isPresent();
    }
}
