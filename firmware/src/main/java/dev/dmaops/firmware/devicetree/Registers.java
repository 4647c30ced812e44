package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The {@code reg} of a node, and other properties of the same form. */
public final class Registers {
    private static final int MAX_CELLS = 4;

    private Registers() {}

    /**
     * The registers of a device as the CPU addresses them.
     *
     * @param node the node of the device
     * @return the ranges in order, those without a CPU address left out
     * @throws FirmwareException if {@code reg} is not a list of addresses and sizes
     */
    public static List<AddressRange> of(DeviceTreeNode node) {
        if (!node.has("reg")) {
            return List.of();
        }
        DeviceTreeProperty reg = node.property("reg").orElseThrow();
        List<AddressRange> written = ranges(node, reg);
        int entry = written.isEmpty() ? 0 : reg.cellCount() / written.size();
        List<AddressRange> translated = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            OptionalLong address = BusAddresses.ofRegisters(node, reg, i * entry);
            if (address.isPresent()) {
                translated.add(
                        new AddressRange(address.getAsLong(), written.get(i).size()));
            }
        }
        return List.copyOf(translated);
    }

    /** Addresses and sizes as written, with the cell counts of the node's parent. */
    static List<AddressRange> ranges(DeviceTreeNode node, DeviceTreeProperty list) {
        long address = Cells.addressOfParent(node);
        long size = Cells.sizeOfParent(node);
        if (address < 1 || address > MAX_CELLS || size > MAX_CELLS) {
            throw list.error(
                    "#address-cells between 1 and " + MAX_CELLS + " and #size-cells up to " + MAX_CELLS,
                    address + " and " + size,
                    "Correct the cell counts of the parent");
        }
        int entry = (int) (address + size);
        if (list.size() % (4 * entry) != 0) {
            throw list.shape("entries of " + address + " address and " + size + " size cells");
        }
        List<AddressRange> ranges = new ArrayList<>();
        for (int at = 0; at < list.cellCount(); at += entry) {
            ranges.add(new AddressRange(list.number(at, (int) address), list.number(at + (int) address, (int) size)));
        }
        return List.copyOf(ranges);
    }
}
