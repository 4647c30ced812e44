package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The RAM a tree describes (Linux 6.12 early_init_dt_scan_memory). */
public final class SystemMemory {
    private static final Pattern HEXADECIMAL = Pattern.compile("\\p{XDigit}{1,16}");

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

    /**
     * Where RAM begins, also when boot firmware is to fill in how much there is: the lowest address that a memory node has in its
     * {@code reg}, or, while that is zero, in its name. A node {@code memory} without either says nothing.
     *
     * @param tree the tree
     * @return the address of the first byte
     * @throws FirmwareException if a range cannot be read
     */
    public static Optional<Long> start(DeviceTree tree) {
        return tree.root().children().stream()
                .filter(SystemMemory::isMemory)
                .flatMap(node -> start(node).stream())
                .min(Long::compareUnsigned);
    }

    private static Optional<Long> start(DeviceTreeNode node) {
        return node.property("reg").map(list -> Registers.ranges(node, list)).orElse(List.of()).stream()
                .filter(range -> range.start() != 0 || range.size() != 0)
                .map(AddressRange::start)
                .min(Long::compareUnsigned)
                .or(() -> node.unitAddress()
                        .filter(text -> HEXADECIMAL.matcher(text).matches())
                        .map(text -> Long.parseUnsignedLong(text, 16)));
    }

    private static boolean isMemory(DeviceTreeNode node) {
        return node.available()
                && node.property("device_type")
                        .filter(type -> type.string().equals("memory"))
                        .isPresent();
    }
}
