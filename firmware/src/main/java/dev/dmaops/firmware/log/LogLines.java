package dev.dmaops.firmware.log;

import dev.dmaops.firmware.log.Recogniser.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads the text of single lines. */
final class LogLines {
    private static final int SLOT_BYTES = 2048;
    private static final int SLOTS_PER_MIB = 512;

    /** A pool of 2 PiB: what is larger is a damaged line. */
    private static final long MOST_SLOTS = 1L << 40;

    private static final List<Recogniser> KINDS = Stream.of(kinds(), IommuFaults.kinds(), notices())
            .flatMap(List::stream)
            .toList();

    private LogLines() {}

    /**
     * Reads a line.
     *
     * @param message the kernel's own text
     * @return what it says about DMA, or empty
     */
    static Optional<LogLine> read(String message) {
        for (Recogniser kind : KINDS) {
            Optional<LogLine> line = kind.read(message);
            if (line.isPresent()) {
                return line;
            }
        }
        return Optional.empty();
    }

    private static List<Recogniser> kinds() {
        return List.of(
                Recogniser.of("Linux version ", "^Linux version (\\S+)", f -> line(new LogLine.KernelStart(f.text(1)))),
                Recogniser.of(
                        "ommand line: ",
                        "^(?:Kernel command|Command) line: (.*)",
                        f -> line(new LogLine.BootParameters(f.text(1)))),
                Recogniser.of(
                        "swiotlb buffer is full",
                        "swiotlb buffer is full \\(sz: (\\d+) bytes\\)(?:, total (\\d+) \\(slots\\), used (\\d+) \\(slots\\))?",
                        LogLines::full),
                Recogniser.of(
                        "overflow",
                        "(?:DMA|(swiotlb)) addr 0x([0-9a-f]+)\\+(\\d+) overflow \\(mask ([0-9a-f]+), bus limit"
                                + " ([0-9a-f]+)\\)",
                        f -> overflow(f, f.has(1), 2)),
                Recogniser.of(
                        "of DMA mask",
                        "overflow 0x([0-9a-f]+)\\+(\\d+) of DMA mask ([0-9a-f]+) bus (?:mask|limit) ([0-9a-f]+)",
                        f -> overflow(f, false, 1)),
                Recogniser.of(
                        "Buffer overflow detected",
                        "Buffer overflow detected\\. Allocation size: (\\d+)\\. Mapping size: (\\d+)(?:\\+(\\d+))?",
                        f -> line(new LogLine.CopyTooLong(
                                f.device(), f.decimal(1), f.decimal(2) + (f.has(3) ? f.decimal(3) : 0)))),
                Recogniser.of(
                        "Access before mapping start",
                        "Access before mapping start detected\\. orig offset (\\d+), requested offset (\\d+)",
                        f -> line(new LogLine.CopyBeforeStart(f.device(), f.decimal(1), f.decimal(2)))),
                Recogniser.of("DMA-API: ", "DMA-API: (.*)", LogLines::checker),
                Recogniser.of(
                        "software IO TLB",
                        "software IO TLB:? (?:mapped )?\\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\\]",
                        LogLines::mapped),
                Recogniser.of(
                        "area num ",
                        "software IO TLB: area num (\\d+)",
                        f -> line(new LogLine.PoolAreas(f.decimal(1)))),
                Recogniser.of(
                        "bounce buffer size adjusted ",
                        "SWIOTLB bounce buffer size adjusted (\\d+) -> (\\d+) slabs",
                        f -> line(new LogLine.PoolReduced(f.decimal(1), f.decimal(2)))),
                Recogniser.of(
                        "software IO TLB: ",
                        "software IO TLB: (.*(?:Failed to|Cannot allocate|No low mem).*)",
                        f -> line(new LogLine.PoolFailed(f.text(1)))),
                Recogniser.of(
                        "restricted DMA pool",
                        "created restricted DMA pool at \\S+, size (\\d+) MiB",
                        LogLines::restricted),
                Recogniser.of(
                        "kernel BUG at ",
                        "kernel BUG at \\S*kernel/dma/(\\w+\\.c):",
                        f -> line(new LogLine.Bug(f.text(1)))),
                Recogniser.of(
                        "callbacks suppressed",
                        "(\\w+): (\\d+) callbacks suppressed",
                        f -> line(new LogLine.Suppressed(f.text(1), f.decimal(2)))));
    }

    private static List<Recogniser> notices() {
        List<Recogniser> all = new ArrayList<>();
        for (Notice notice : Notice.values()) {
            all.add(new Recogniser(
                    notice.marker(), notice.pattern(), f -> line(new LogLine.Fixed(f.device(), notice))));
        }
        return all;
    }

    private static Optional<LogLine> full(Found f) {
        if (f.has(2) && (f.decimal(2) > MOST_SLOTS || f.decimal(3) > f.decimal(2))) {
            return Optional.empty();
        }
        return line(new LogLine.PoolFull(
                f.device(),
                f.decimal(1),
                f.has(2) ? OptionalLong.of(f.decimal(2)) : OptionalLong.empty(),
                f.has(3) ? OptionalLong.of(f.decimal(3)) : OptionalLong.empty()));
    }

    private static Optional<LogLine> overflow(Found f, boolean bounced, int first) {
        return line(new LogLine.AddressOverflow(
                f.device(), bounced, f.hex(first), f.decimal(first + 1), f.hex(first + 2), f.hex(first + 3)));
    }

    /** The end is the first address behind the pool in some kernels and its last one in others. */
    private static Optional<LogLine> mapped(Found f) {
        long slots = (f.hex(2) - f.hex(1) + 1) / SLOT_BYTES;
        return slots > 0 ? line(new LogLine.PoolMapped(f.hex(1), slots)) : Optional.empty();
    }

    private static Optional<LogLine> restricted(Found f) {
        return f.decimal(1) > MOST_SLOTS / SLOTS_PER_MIB
                ? Optional.empty()
                : line(new LogLine.RestrictedPool(f.decimal(1) * SLOTS_PER_MIB));
    }

    /** Kernels since 4.18 print the device behind the prefix, older ones in front of it. */
    private static Optional<LogLine> checker(Found f) {
        String text = f.text(1);
        int report = CheckerTexts.start(text);
        if (report < 0) {
            return Optional.empty();
        }
        LogDevice inside = LogDevice.before(text.substring(0, report));
        return line(new LogLine.CheckerReport(inside.known() ? inside : f.device(), text.substring(report)));
    }

    private static Optional<LogLine> line(LogLine line) {
        return Optional.of(line);
    }
}
