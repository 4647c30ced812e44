package dev.dmaops.runtime.description;

import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where RAM is. */
final class RamLayout {
    /** Where a PC's RAM stops to leave room for devices below 4 GiB, and goes on above. */
    private static final long PC_HOLE = 3L << 30;

    private static final long FOUR_GIB = 1L << 32;

    private RamLayout() {}

    /**
     * The memory map: the configuration's ranges, else its size laid out as the platform does, else the device tree's.
     *
     * @param tree RAM of the device tree; empty when there is none, or when boot firmware was to fill it in
     * @param start where the tree says that RAM begins, also when firmware was to fill in how much
     * @return ascending, without overlap; empty when nobody says anything
     */
    static List<MemoryRange> of(
            MachineSettings machine, Architecture architecture, List<MemoryRange> tree, Optional<Long> start) {
        if (!machine.ram().isEmpty()) {
            return joined(machine.ram().stream().map(Sourced::value).toList());
        }
        return machine.memory()
                .map(size -> architecture == Architecture.X86
                        ? pc(size.value())
                        : List.of(new MemoryRange(
                                tree.isEmpty()
                                        ? start.orElse(0L)
                                        : tree.getFirst().start(),
                                size.value())))
                .orElseGet(() -> joined(tree));
    }

    private static List<MemoryRange> pc(long bytes) {
        return bytes <= PC_HOLE
                ? List.of(new MemoryRange(0, bytes))
                : List.of(new MemoryRange(0, PC_HOLE), new MemoryRange(FOUR_GIB, bytes - PC_HOLE));
    }

    /** Sorted, with neighbours and overlaps made one, as the kernel's memory map does. */
    private static List<MemoryRange> joined(List<MemoryRange> ranges) {
        List<MemoryRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(MemoryRange::start, Long::compareUnsigned));
        List<MemoryRange> joined = new ArrayList<>();
        for (MemoryRange range : sorted) {
            MemoryRange last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && Long.compareUnsigned(range.start(), last.last() + 1) <= 0) {
                long end = Long.compareUnsigned(range.last(), last.last()) > 0 ? range.last() : last.last();
                joined.set(joined.size() - 1, new MemoryRange(last.start(), end - last.start() + 1));
            } else {
                joined.add(range);
            }
        }
        return List.copyOf(joined);
    }
}
