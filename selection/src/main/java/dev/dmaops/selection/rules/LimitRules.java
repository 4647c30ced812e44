package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.BUS_LIMIT;
import static dev.dmaops.selection.DeviceFacts.COHERENT_MASK;
import static dev.dmaops.selection.DeviceFacts.FIRMWARE;
import static dev.dmaops.selection.DeviceFacts.FIRMWARE_RANGES;
import static dev.dmaops.selection.DeviceFacts.GIVEN_BUS_LIMIT;
import static dev.dmaops.selection.DeviceFacts.MASK;
import static dev.dmaops.selection.DeviceFacts.PROBE_FAILED;
import static dev.dmaops.selection.DeviceFacts.RANGES;
import static dev.dmaops.selection.DeviceFacts.SET_UP;
import static dev.dmaops.selection.SystemFacts.ARCHITECTURE;

import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Firmware;
import java.util.List;
import java.util.Optional;

/** What firmware's windows do to a device's masks and limits. */
public final class LimitRules {
    private static final String OF = "drivers/of/device.c of_dma_configure_id";
    private static final String ACPI = "drivers/acpi/arm64/dma.c acpi_arch_dma_setup";

    /** The windows of the bus. */
    public static final RuleTable WINDOWS = RuleTable.first(
                    "Which addresses does the bus carry?",
                    Rule.named("of.ranges.none", OF)
                            .when(facts -> facts.get(FIRMWARE) == Firmware.DEVICE_TREE
                                    && windows(facts).isEmpty())
                            .because(
                                    "No dma-ranges apply to the device: its DMA addresses are physical addresses, and the"
                                            + " bus sets no limit.")
                            .then("no translation, no limit"),
                    Rule.named("of.ranges.zero-size", OF)
                            .until(6, 9)
                            .when(facts -> facts.get(FIRMWARE) == Firmware.DEVICE_TREE
                                    && windows(facts).orElseThrow().ranges().isEmpty())
                            .because(
                                    "The dma-ranges of the bus cover nothing at all; up to 6.9 Linux takes that for an error"
                                            + " and does not let the device probe.")
                            .then(PROBE_FAILED, true, "not probed"),
                    Rule.named("of.ranges.size", OF)
                            .until(6, 9)
                            .when(facts -> facts.get(FIRMWARE) == Firmware.DEVICE_TREE)
                            .because(
                                    "The windows of the bus are known, and up to 6.9 Linux works with their overall size: an"
                                            + " odd one is taken for a mask and gets one byte more.")
                            .then(facts -> clip(facts, endBySize(windows(facts).orElseThrow()), false)),
                    Rule.named("of.ranges.empty", OF)
                            .since(6, 10)
                            .when(facts -> facts.get(FIRMWARE) == Firmware.DEVICE_TREE
                                    && windows(facts).orElseThrow().ranges().isEmpty())
                            .because(
                                    "The dma-ranges of the bus cover nothing at all: no address has a translation, and the"
                                            + " coherent mask becomes the limit.")
                            .then(facts -> clip(facts, facts.get(COHERENT_MASK), false)),
                    Rule.named("of.ranges", OF)
                            .since(6, 10)
                            .when(facts -> facts.get(FIRMWARE) == Firmware.DEVICE_TREE)
                            .because(
                                    "The windows of the bus are known, so their highest DMA address is the bus limit and the"
                                            + " masks lose the bits above it.")
                            .then(facts -> clip(facts, last(windows(facts).orElseThrow()), false)),
                    Rule.named("acpi.ranges", ACPI)
                            .when(facts -> facts.get(FIRMWARE) == Firmware.ACPI
                                    && facts.get(ARCHITECTURE) == Architecture.ARM64
                                    && windows(facts)
                                            .filter(map -> !map.ranges().isEmpty())
                                            .isPresent())
                            .because(
                                    "ACPI (_DMA or IORT) gives the windows of the bus, so their highest DMA address is the bus"
                                            + " limit and the masks are lowered to it.")
                            .then(facts -> clip(facts, last(windows(facts).orElseThrow()), true)))
            .onlyIf(facts -> facts.peek(SET_UP));

    /** A limit that somebody set by hand, as a quirk of a host bridge does. */
    public static final RuleTable BY_HAND = RuleTable.first(
            "Does a bridge set its own limit?",
            Rule.named("bus.limit.given", "arch/x86/kernel/pci-dma.c via_no_dac_cb")
                    .when(facts -> facts.get(GIVEN_BUS_LIMIT) != 0)
                    .because(
                            "The bus above the device carries only addresses up to the given limit, whatever the device can"
                                    + " drive.")
                    .then(facts -> {
                        facts.set(BUS_LIMIT, facts.get(GIVEN_BUS_LIMIT));
                        return "bus limit 0x" + Long.toHexString(facts.peek(BUS_LIMIT));
                    }));

    private LimitRules() {}

    private static Optional<DmaRangeMap> windows(Facts facts) {
        return facts.get(FIRMWARE_RANGES).filter(map -> !map.isIdentity());
    }

    private static String clip(Facts facts, long end, boolean lower) {
        long bits =
                DmaMask.ofBits(Math.max(1, 64 - Long.numberOfLeadingZeros(end))).value();
        facts.set(MASK, cut(facts.peek(MASK), bits, lower));
        facts.set(COHERENT_MASK, cut(facts.peek(COHERENT_MASK), bits, lower));
        facts.set(BUS_LIMIT, end);
        facts.set(RANGES, windows(facts).orElse(DmaRangeMap.IDENTITY));
        return "bus limit 0x" + Long.toHexString(end) + ", mask 0x" + Long.toHexString(facts.peek(MASK));
    }

    private static long cut(long mask, long bits, boolean lower) {
        if (!lower) {
            return mask & bits;
        }
        return Long.compareUnsigned(mask, bits) < 0 ? mask : bits;
    }

    private static long last(DmaRangeMap map) {
        long last = 0;
        for (DmaRange range : map.ranges()) {
            last = Long.compareUnsigned(range.dmaLast(), last) > 0 ? range.dmaLast() : last;
        }
        return last;
    }

    private static long endBySize(DmaRangeMap map) {
        List<DmaRange> ranges = map.ranges();
        long first = ranges.stream()
                .mapToLong(DmaRange::dmaStart)
                .reduce((a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b)
                .orElse(0);
        long size = last(map) + 1 - first;
        return first + size + (size & 1) - 1;
    }
}
