package dev.dmaops.firmware.devicetree;

import java.util.Optional;

/**
 * How many cells an address or a size takes below a node: {@code #address-cells} and {@code #size-cells} of the node or of the
 * nearest node above it that has the property, else 1 (Linux 6.12 drivers/of/base.c).
 */
public final class Cells {
    private Cells() {}

    /**
     * Cells of an address of the node's children.
     *
     * @param bus the parent of the nodes whose addresses are meant
     * @return number of cells, as written: a damaged tree can hold any unsigned 32-bit number
     */
    public static long address(DeviceTreeNode bus) {
        return nearest(bus, "#address-cells");
    }

    /**
     * Cells of a size of the node's children.
     *
     * @param bus the parent of the nodes whose sizes are meant
     * @return number of cells, as written
     */
    public static long size(DeviceTreeNode bus) {
        return nearest(bus, "#size-cells");
    }

    /**
     * Cells of the node's own address: those its parent asks for; the root asks for itself.
     *
     * @param node the node with the {@code reg}
     * @return number of cells, as written
     */
    public static long addressOfParent(DeviceTreeNode node) {
        return address(node.parent().orElse(node));
    }

    /**
     * Cells of the size of the node's own registers.
     *
     * @param node the node with the {@code reg}
     * @return number of cells, as written
     */
    public static long sizeOfParent(DeviceTreeNode node) {
        return size(node.parent().orElse(node));
    }

    private static long nearest(DeviceTreeNode bus, String name) {
        for (Optional<DeviceTreeNode> at = Optional.of(bus);
                at.isPresent();
                at = at.get().parent()) {
            Optional<DeviceTreeProperty> cells = at.get().property(name).filter(p -> p.cellCount() > 0);
            if (cells.isPresent()) {
                return cells.get().cell(0);
            }
        }
        return 1;
    }
}
