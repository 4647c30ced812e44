package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import java.util.ArrayList;
import java.util.List;

/** An address above what a device reaches: of its buffer, or of the bounce buffer that was to help. */
final class OverflowComplaint extends Complaint {
    private static final long NO_ADDRESS = -1L;

    OverflowComplaint(Boot boot, LogDevice device, LogEntry first) {
        super(boot, device, first);
    }

    @Override
    boolean isMoreTelling(LogEntry entry) {
        return Long.compareUnsigned(last((LogLine.AddressOverflow) entry.line()), last(line())) > 0;
    }

    private LogLine.AddressOverflow line() {
        return (LogLine.AddressOverflow) telling().line();
    }

    private static long last(LogLine.AddressOverflow line) {
        return line.address() + Math.max(1, line.bytes()) - 1;
    }

    @Override
    Advice advice() {
        LogLine.AddressOverflow line = line();
        return line.bounced()
                ? Advice.meaning(
                        "bounce-out-of-reach",
                        "the bounce buffer itself is out of reach",
                        "The buffer was bounced, and the device does not reach the bounce pool either.",
                        because(line),
                        List.of(
                                "Where the pool lies: the line \"software IO TLB: mapped\" of this boot, or grep -i swiotlb in"
                                        + " the whole log."),
                        bouncedCure(line))
                : Advice.meaning(
                        "mask-overflow",
                        "the buffer is out of the device's reach",
                        "The device does not reach the buffer, and nothing bounced it.",
                        because(line),
                        List.of(),
                        directCure(line));
    }

    private List<String> because(LogLine.AddressOverflow line) {
        List<String> because = new ArrayList<>();
        if (line.address() == NO_ADDRESS) {
            because.add(
                    "The address is all ones, which is none: the buffer lies outside the dma-ranges of the device's bus.");
            return because;
        }
        long last = last(line);
        boolean aboveMask = Long.compareUnsigned(last, line.mask()) > 0 && line.mask() != 0;
        boolean aboveBus = line.busLimit() != 0 && Long.compareUnsigned(last, line.busLimit()) > 0;
        if (aboveMask) {
            because.add("The mask is exceeded: the last byte is at " + Texts.hex(last) + ", "
                    + Texts.hex(last - line.mask()) + " above " + Texts.hex(line.mask()) + maskBits(line.mask()) + ".");
            because.add("To reach it, the device would have to drive " + bits(last) + " address bits.");
        }
        if (aboveBus) {
            because.add("The bus limit is exceeded: the last byte is at " + Texts.hex(last) + ", "
                    + Texts.hex(last - line.busLimit()) + " above " + Texts.hex(line.busLimit())
                    + ", the last address that the bus in front of the device reaches.");
        }
        if (!aboveMask && line.mask() != 0 && line.busLimit() != 0) {
            because.add("The mask " + Texts.hex(line.mask()) + maskBits(line.mask()) + " is not exceeded.");
        }
        if (!aboveMask && !aboveBus) {
            because.add("Neither mask nor bus limit is exceeded by " + Texts.hex(last)
                    + ": the buffer lies below the lowest memory of the bus, or the line is damaged.");
        }
        if (line.bounced() && boot().poolStart().isPresent()) {
            long slots = boot().slots().orElse(0);
            because.add("The pool of this boot lies at "
                    + Texts.hex(boot().poolStart().getAsLong()) + " to "
                    + Texts.hex(boot().poolStart().getAsLong() + slots * Slots.SLOT_BYTES - 1) + ".");
        }
        because.add(
                "The kernel prints this once in a boot, for whichever device is the first: later failures are silent.");
        return because;
    }

    private List<String> bouncedCure(LogLine.AddressOverflow line) {
        List<String> cure = new ArrayList<>();
        wider(line, cure);
        cure.add("Give the device a pool that it reaches: a restricted-dma-pool in the device tree, not above "
                + Texts.hex(limit(line)) + ".");
        cure.add(
                "Or take its buffers from memory that it reaches (GFP_DMA: below 16 MiB on x86), so that nothing bounces.");
        if (boot().parameters().forceBounce()) {
            cure.add("Remove force from swiotlb=: a buffer that the device reaches need not go through the pool.");
        }
        cure.add("Or put it behind an IOMMU, which gives it addresses that it reaches.");
        cure.add("Another pool size does not help: swiotlb=SLOTS does not move the pool.");
        return cure;
    }

    private List<String> directCure(LogLine.AddressOverflow line) {
        List<String> cure = new ArrayList<>();
        wider(line, cure);
        if (boot().parameters().forceDisable()) {
            cure.add("Remove noforce from swiotlb=: it forbids the bounce pool.");
        } else if (boot().slots().isPresent() && !boot().hasPoolFailed()) {
            cure.add("There is a bounce pool, so this was memory that is never bounced: registers of another device"
                    + " (dma_map_resource).");
        } else if (boot().hasPoolFailed()) {
            cure.add("The kernel could not make its bounce pool: see that complaint.");
        } else {
            cure.add(
                    "Have a bounce pool: swiotlb=force makes one and bounces everything; on x86 iommu=soft makes one that"
                            + " bounces only what it must.");
        }
        cure.add("Or put it behind an IOMMU, or take its buffers from memory that it reaches (GFP_DMA32, GFP_DMA).");
        return cure;
    }

    private static void wider(LogLine.AddressOverflow line, List<String> cure) {
        if (line.mask() != 0 && Long.compareUnsigned(last(line), line.mask()) > 0 && line.address() != NO_ADDRESS) {
            int needed = bits(last(line));
            cure.add("If the hardware drives " + needed + " bits or more, let its driver say so:"
                    + " dma_set_mask_and_coherent(dev, DMA_BIT_MASK(" + needed + ")).");
        } else {
            cure.add("Correct dma-ranges in the device tree (or _DMA in ACPI) if the bus reaches more than they say.");
        }
    }

    private static long limit(LogLine.AddressOverflow line) {
        boolean busIsLower =
                line.busLimit() != 0 && (line.mask() == 0 || Long.compareUnsigned(line.busLimit(), line.mask()) < 0);
        return busIsLower ? line.busLimit() : line.mask();
    }

    private static int bits(long address) {
        return Long.SIZE - Long.numberOfLeadingZeros(address);
    }

    private static String maskBits(long mask) {
        return (mask & (mask + 1)) == 0 ? " (" + Long.bitCount(mask) + " bits)" : "";
    }
}
