package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowReader;
import dev.dmaops.spi.MemoryRange;
import java.util.Optional;

/**
 * What must be known of a recording before it can be replayed: where the pool is, and which pages rows name.
 *
 * @param pool where the pool is; empty when there is none
 * @param late whether it was made after boot
 * @param allocated pages that the page allocator gave on the way
 * @param named all pages that are RAM
 */
record XenSurvey(Optional<MemoryRange> pool, boolean late, PageSet allocated, PageSet named) {
    /** Reads a whole recording, behind its header. */
    static XenSurvey of(RowReader rows, long page) {
        Optional<MemoryRange> pool = Optional.empty();
        boolean late = false;
        PageSet allocated = new PageSet(page);
        PageSet named = new PageSet(page);
        for (Row row = rows.next(); row != null; row = rows.next()) {
            switch (row.kind()) {
                case "pool" -> {
                    if (row.flag("present")) {
                        pool = Optional.of(range(row));
                        late = row.flag("late_alloc");
                    }
                }
                case "devsel_mask" -> {
                    if (row.has("alloc_phys")) {
                        allocated.add(row.address("alloc_phys"), 0x2000);
                        named.add(row.address("alloc_phys"), 0x2000);
                    }
                    if (row.has("phys")) {
                        named.add(row.address("phys"), 0x300);
                    }
                }
                default -> {}
            }
        }
        pool.ifPresent(range -> named.add(range.start(), range.bytes()));
        if (late) {
            pool.ifPresent(range -> allocated.add(range.start(), range.bytes()));
        }
        return new XenSurvey(pool, late, allocated, named);
    }

    static MemoryRange range(Row row) {
        long start = row.address("start");
        long end = row.address("end");
        if (Long.compareUnsigned(end, start) <= 0) {
            throw row.unusable("end", "an address above start");
        }
        return new MemoryRange(start, end - start);
    }
}
