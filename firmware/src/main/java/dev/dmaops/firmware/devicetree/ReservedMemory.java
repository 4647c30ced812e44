package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One region of {@code /reserved-memory}. It has a fixed place ({@code reg}), or a size for which the kernel finds a place.
 *
 * @param node the node of the region
 * @param ranges where it is: one or more physical ranges; empty for a region that the kernel places
 * @param placement what the kernel is to place; empty for a region with {@code reg}
 */
public record ReservedMemory(DeviceTreeNode node, List<AddressRange> ranges, Optional<Placement> placement) {
    /** Copies the list. */
    public ReservedMemory {
        ranges = List.copyOf(ranges);
    }

    /**
     * Size and bounds of a region that the kernel places.
     *
     * @param size number of bytes
     * @param alignment required alignment in bytes; 0 if none is asked for
     * @param within ranges of physical memory that it has to lie in; empty if anywhere will do
     */
    public record Placement(long size, long alignment, List<AddressRange> within) {
        /** Copies the list. */
        public Placement {
            within = List.copyOf(within);
        }
    }

    /**
     * The regions of a tree, disabled ones included.
     *
     * @param tree the tree
     * @return the regions in order; empty if there is no {@code /reserved-memory}
     * @throws FirmwareException if {@code /reserved-memory} does not have the root's cell counts and {@code ranges}, without
     *     which Linux ignores it, or if a region cannot be read
     */
    public static List<ReservedMemory> of(DeviceTree tree) {
        Optional<DeviceTreeNode> parent = tree.root().child("reserved-memory");
        if (parent.isEmpty()) {
            return List.of();
        }
        check(parent.get());
        List<ReservedMemory> regions = new ArrayList<>();
        for (DeviceTreeNode node : parent.get().children()) {
            if (node.has("reg") || node.has("size")) {
                regions.add(read(node));
            }
        }
        return List.copyOf(regions);
    }

    private static void check(DeviceTreeNode parent) {
        DeviceTreeNode root = parent.tree().root();
        boolean sameCells = Cells.address(parent) == Cells.address(root) && Cells.size(parent) == Cells.size(root);
        if (!sameCells || !parent.has("ranges")) {
            throw new FirmwareException(
                    parent.tree().origin(),
                    parent.path(),
                    "cannot read the reserved memory",
                    "the root's #address-cells and #size-cells, and ranges",
                    sameCells ? "no ranges" : "other cell counts",
                    "Correct the node; Linux ignores all its regions");
        }
    }

    private static ReservedMemory read(DeviceTreeNode node) {
        Optional<DeviceTreeProperty> reg = node.property("reg");
        if (reg.isPresent()) {
            return new ReservedMemory(node, Registers.ranges(node, reg.get()), Optional.empty());
        }
        DeviceTreeProperty size = node.property("size").orElseThrow();
        Placement placement = new Placement(
                size.u64(),
                node.property("alignment").map(DeviceTreeProperty::u64).orElse(0L),
                node.property("alloc-ranges")
                        .map(ranges -> Registers.ranges(node, ranges))
                        .orElse(List.of()));
        return new ReservedMemory(node, List.of(), Optional.of(placement));
    }

    /**
     * The regions a device names in {@code memory-region}.
     *
     * @param device the node of the device
     * @return the regions' nodes in order; empty if it names none
     * @throws FirmwareException if a phandle has no node
     */
    public static List<DeviceTreeNode> namedBy(DeviceTreeNode device) {
        return PhandleReference.nodes(device, "memory-region");
    }

    /** {@return whether the kernel must not map the region} */
    public boolean noMap() {
        return node.has("no-map");
    }

    /** {@return whether the kernel may use the region while its owner does not} */
    public boolean reusable() {
        return node.has("reusable");
    }
}
