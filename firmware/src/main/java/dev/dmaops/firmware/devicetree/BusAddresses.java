package dev.dmaops.firmware.devicetree;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Translates an address of a bus to a CPU address, one bus after the other up to the root (Linux 6.12 drivers/of/address.c,
 * __of_translate_address): through {@code ranges} for registers, through {@code dma-ranges} for memory.
 */
final class BusAddresses {
    /** Here a bus without the property translates no address; without {@code dma-ranges} it passes them on unchanged. */
    private static final String REGISTERS = "ranges";

    private BusAddresses() {}

    /** CPU address of registers: {@code index} is the first cell of the address in {@code value}. */
    static OptionalLong ofRegisters(DeviceTreeNode node, DeviceTreeProperty value, int index) {
        return translate(node, DeviceTreeNode::parent, value, index, REGISTERS);
    }

    /** CPU address of memory as the parent of {@code node} addresses it. */
    static OptionalLong ofMemory(DeviceTreeNode node, DeviceTreeProperty value, int index) {
        return translate(node, DmaParents::of, value, index, "dma-ranges");
    }

    private static OptionalLong translate(
            DeviceTreeNode node,
            Function<DeviceTreeNode, Optional<DeviceTreeNode>> parentOf,
            DeviceTreeProperty value,
            int index,
            String ranges) {
        Optional<DeviceTreeNode> above = parentOf.apply(node);
        if (above.isEmpty()) {
            return OptionalLong.empty();
        }
        BusKind kind = BusKind.of(above.get());
        OptionalInt cells = usableCells(kind, node);
        if (cells.isEmpty() || index + cells.getAsInt() > value.cellCount()) {
            return OptionalLong.empty();
        }
        BusAddress address = BusAddress.read(kind, cells.getAsInt(), value, index);
        int sizeCells = kind.sizeCells(node).orElseThrow();
        DeviceTreeNode bus = above.get();
        for (above = parentOf.apply(bus); above.isPresent(); above = parentOf.apply(bus)) {
            BusKind upperKind = BusKind.of(above.get());
            OptionalInt upperCells = usableCells(upperKind, bus);
            if (upperCells.isEmpty()) {
                return OptionalLong.empty();
            }
            if (ranges.equals(REGISTERS) && !bus.has(ranges)) {
                return OptionalLong.empty();
            }
            Optional<BusAddress> upper = up(bus.property(ranges), address, sizeCells, upperKind, upperCells.getAsInt());
            if (upper.isEmpty()) {
                return OptionalLong.empty();
            }
            address = upper.get();
            sizeCells = upperKind.sizeCells(bus).orElseThrow();
            bus = above.get();
        }
        return OptionalLong.of(address.number());
    }

    /** Address cells of a child, provided that both counts allow a translation: a bus without sizes translates nothing. */
    private static OptionalInt usableCells(BusKind kind, DeviceTreeNode child) {
        return kind.sizeCells(child).isPresent() ? kind.addressCells(child) : OptionalInt.empty();
    }

    private static Optional<BusAddress> up(
            Optional<DeviceTreeProperty> ranges, BusAddress address, int sizeCells, BusKind upperKind, int upperCells) {
        if (ranges.isEmpty() || ranges.get().isEmpty()) {
            // No translation: the flags of the lower bus are lost, the number stays.
            return Optional.of(new BusAddress(upperKind, upperCells, 0, 0).plus(address.allCells()));
        }
        DeviceTreeProperty list = ranges.get();
        int entry = address.cells() + upperCells + sizeCells;
        for (int at = 0; at + entry <= list.cellCount(); at += entry) {
            BusAddress start = BusAddress.read(address.kind(), address.cells(), list, at);
            long size = list.number(at + address.cells() + upperCells, sizeCells);
            OptionalLong offset = address.offsetIn(start, size);
            if (offset.isPresent()) {
                return Optional.of(BusAddress.read(upperKind, upperCells, list, at + address.cells())
                        .plus(offset.getAsLong()));
            }
        }
        return Optional.empty();
    }

    /**
     * An address as a bus writes it.
     *
     * @param kind the bus
     * @param cells number of cells, 1 to 4
     * @param flags the cell in front of the number, 0 on a bus without it
     * @param number the number
     */
    private record BusAddress(BusKind kind, int cells, long flags, long number) {
        static BusAddress read(BusKind kind, int cells, DeviceTreeProperty value, int at) {
            int flagCells = kind.flagCells();
            return new BusAddress(
                    kind,
                    cells,
                    flagCells == 0 ? 0 : value.cell(at),
                    value.number(at + flagCells, Math.max(0, cells - flagCells)));
        }

        /** All cells as one number of 64 bits: on a bus with two cells, flags and number. */
        long allCells() {
            return kind.flagCells() == 1 && cells == 2 ? (flags << 32) | number : number;
        }

        /** A number of one cell wraps at 32 bits, as it would on that bus. */
        BusAddress plus(long offset) {
            long sum = number + offset;
            return new BusAddress(kind, cells, flags, cells - kind.flagCells() == 1 ? sum & 0xffffffffL : sum);
        }

        OptionalLong offsetIn(BusAddress start, long size) {
            boolean inside = Long.compareUnsigned(number, start.number) >= 0
                    && Long.compareUnsigned(number, start.number + size) < 0;
            return inside && kind.sameSpace(flags, start.flags)
                    ? OptionalLong.of(number - start.number)
                    : OptionalLong.empty();
        }
    }
}
