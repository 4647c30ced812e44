package dev.dmaops.firmware.devicetree;

import java.util.OptionalInt;

/**
 * How a bus writes addresses (Linux 6.12 drivers/of/address.c): PCI, ISA and any bus with three address cells put a cell with
 * flags in front of the number, other buses do not.
 */
enum BusKind {
    PCI(true),
    ISA(true),
    FLAGS(true),
    PLAIN(false);

    private static final int MAX_CELLS = 4;

    private final boolean flags;

    BusKind(boolean flags) {
        this.flags = flags;
    }

    static BusKind of(DeviceTreeNode bus) {
        String type =
                bus.property("device_type").map(DeviceTreeProperty::string).orElse("");
        boolean pci = switch (type) {
            case "pci", "pciex", "vci", "ht" -> true;
            default -> bus.baseName().equals("pcie");
        };
        if (pci) {
            return PCI;
        }
        if (bus.baseName().equals("isa")) {
            return ISA;
        }
        return Cells.address(bus) == 3 ? FLAGS : PLAIN;
    }

    /** Number of cells in front of the number of an address. */
    int flagCells() {
        return flags ? 1 : 0;
    }

    /** Cells of the address and size of a child of this bus; empty if no address can be translated with them. */
    OptionalInt addressCells(DeviceTreeNode child) {
        long cells = switch (this) {
            case PCI -> 3;
            case ISA -> 2;
            default -> Cells.addressOfParent(child);
        };
        return cells > 0 && cells <= MAX_CELLS ? OptionalInt.of((int) cells) : OptionalInt.empty();
    }

    OptionalInt sizeCells(DeviceTreeNode child) {
        long cells = switch (this) {
            case PCI -> 2;
            case ISA -> 1;
            default -> Cells.sizeOfParent(child);
        };
        return cells > 0 && cells <= MAX_CELLS ? OptionalInt.of((int) cells) : OptionalInt.empty();
    }

    /** Whether an address with these flags can lie in a range with those; the flags are 0 for a bus without them. */
    boolean sameSpace(long flagsOfAddress, long flagsOfRange) {
        return switch (this) {
            case PCI -> spaceOfPci(flagsOfAddress) == spaceOfPci(flagsOfRange);
            case ISA -> ((flagsOfAddress ^ flagsOfRange) & 1) == 0;
            case FLAGS -> flagsOfAddress == flagsOfRange;
            case PLAIN -> true;
        };
    }

    /** Whether two ranges with these flags may be joined to one: Linux compares what it makes of the flags. */
    boolean sameKind(long a, long b) {
        return switch (this) {
            // Space code (configuration, I/O, 32-bit memory, 64-bit memory) and the prefetchable bit.
            case PCI -> ((a ^ b) & 0x43000000L) == 0;
            case ISA -> ((a ^ b) & 1) == 0;
            case FLAGS -> a == b;
            case PLAIN -> true;
        };
    }

    /** 0 configuration, 1 I/O, 2 memory of either width. */
    private static long spaceOfPci(long flags) {
        return Math.min((flags >> 24) & 3, 2);
    }
}
