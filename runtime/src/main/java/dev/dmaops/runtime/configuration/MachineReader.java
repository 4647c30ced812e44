package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads {@code machine}. */
final class MachineReader {
    private static final long MAX_CPUS = 8192;

    private MachineReader() {}

    static MachineSettings machine(Section section) {
        Optional<Sourced<Long>> memory = section.size("memory");
        List<Sourced<MemoryRange>> ram = ranges(section, "ram");
        if (memory.isPresent() && !ram.isEmpty()) {
            section.reject(
                    "memory",
                    memory.get().origin(),
                    "expected either a size or ranges, found both (ram is at "
                            + ram.getFirst().origin() + "). Remove one of the two.");
        }
        MachineSettings machine = new MachineSettings(
                section.text("kind").orElse(Sourced.byDefault("sim")),
                memory,
                ram,
                pageSize(section),
                section.count("cpus", 1, MAX_CPUS).map(MachineReader::toInt),
                section.power("cache-line").map(MachineReader::toInt),
                section.count("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(Sourced.byDefault(1L)),
                ranges(section, "host-ram"));
        section.end();
        return machine;
    }

    private static Optional<Sourced<Long>> pageSize(Section section) {
        return section.size("page-size").filter(size -> {
            boolean known = size.value() == 4096 || size.value() == 16384 || size.value() == 65536;
            if (!known) {
                section.reject(
                        "page-size",
                        size.origin(),
                        "expected 4KiB, 16KiB or 64KiB, found " + Quantities.text(size.value()) + ".");
            }
            return known;
        });
    }

    private static List<Sourced<MemoryRange>> ranges(Section section, String key) {
        List<Sourced<MemoryRange>> ranges = new ArrayList<>();
        for (Section item : section.sections(key, "of ranges, such as [ { start = 0x0, size = 2GiB } ]")) {
            Optional<Sourced<Long>> start = item.address("start");
            Optional<Sourced<Long>> size = item.size("size");
            if (start.isEmpty() && !item.has("start")) {
                item.missing("start", "an address, such as 0x40000000");
            }
            if (size.isEmpty() && !item.has("size")) {
                item.missing("size", "a size, such as 2GiB");
            }
            item.end();
            if (start.isPresent() && size.isPresent()) {
                ranges.add(new Sourced<>(
                        new MemoryRange(start.get().value(), size.get().value()), item.origin()));
            }
        }
        ranges.sort(Comparator.comparing(range -> range.value().start(), Long::compareUnsigned));
        return withoutOverlap(section, key, ranges);
    }

    private static List<Sourced<MemoryRange>> withoutOverlap(
            Section section, String key, List<Sourced<MemoryRange>> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            MemoryRange range = ranges.get(i).value();
            if (range.bytes() == 0 || Long.compareUnsigned(range.last(), range.start()) < 0) {
                section.reject(
                        key,
                        ranges.get(i).origin(),
                        "expected a range of at least one byte within 64 address bits, found start 0x"
                                + Long.toHexString(range.start()) + " size " + Quantities.text(range.bytes()) + ".");
            } else if (i > 0 && Long.compareUnsigned(ranges.get(i - 1).value().last(), range.start()) >= 0) {
                section.reject(
                        key,
                        ranges.get(i).origin(),
                        "expected ranges that do not overlap, found " + range + " and "
                                + ranges.get(i - 1).value() + ".");
            }
        }
        return ranges;
    }

    private static Sourced<Integer> toInt(Sourced<Long> number) {
        return new Sourced<>(Math.toIntExact(number.value()), number.origin());
    }
}
