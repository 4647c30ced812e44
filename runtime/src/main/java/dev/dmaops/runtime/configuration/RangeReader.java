package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads address ranges: objects with {@code start} and {@code size}. */
final class RangeReader {
    private RangeReader() {}

    /** A list of ranges, ascending; those that overlap are reported. */
    static List<Sourced<MemoryRange>> ranges(Section section, String key) {
        List<Sourced<MemoryRange>> ranges = new ArrayList<>();
        for (Section item : section.sections(key, "of ranges, such as [ { start = 0x0, size = 2GiB } ]")) {
            Optional<Sourced<MemoryRange>> range = range(item);
            item.end();
            range.ifPresent(ranges::add);
        }
        ranges.sort(Comparator.comparing(range -> range.value().start(), Long::compareUnsigned));
        for (int i = 1; i < ranges.size(); i++) {
            MemoryRange range = ranges.get(i).value();
            MemoryRange before = ranges.get(i - 1).value();
            if (Long.compareUnsigned(before.last(), range.start()) >= 0) {
                section.reject(
                        key,
                        ranges.get(i).origin(),
                        "expected ranges that do not overlap, found " + range + " and " + before + ".");
            }
        }
        return ranges;
    }

    /** One range; empty after reporting what is missing or impossible. The caller reads other keys and ends the section. */
    static Optional<Sourced<MemoryRange>> range(Section item) {
        Optional<Sourced<Long>> start = item.address("start");
        Optional<Sourced<Long>> size = item.size("size");
        if (start.isEmpty() && !item.has("start")) {
            item.missing("start", "an address, such as 0x40000000");
        }
        if (size.isEmpty() && !item.has("size")) {
            item.missing("size", "a size, such as 2GiB");
        }
        if (start.isEmpty() || size.isEmpty()) {
            return Optional.empty();
        }
        MemoryRange range = new MemoryRange(start.get().value(), size.get().value());
        if (range.bytes() == 0 || Long.compareUnsigned(range.last(), range.start()) < 0) {
            item.reject(
                    "size",
                    size.get().origin(),
                    "expected a range of at least one byte within 64 address bits, found start 0x"
                            + Long.toHexString(range.start()) + " size " + Quantities.text(range.bytes()) + ".");
            return Optional.empty();
        }
        return Optional.of(new Sourced<>(range, item.origin()));
    }
}
