package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/** Reads {@code machine}. */
final class MachineReader {
    private static final long MAX_CPUS = 8192;

    private MachineReader() {}

    static MachineSettings machine(Section section) {
        Optional<Sourced<Long>> memory = section.size("memory");
        List<Sourced<MemoryRange>> ram = RangeReader.ranges(section, "ram");
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
                RangeReader.ranges(section, "host-ram"));
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

    private static Sourced<Integer> toInt(Sourced<Long> number) {
        return new Sourced<>(Math.toIntExact(number.value()), number.origin());
    }
}
