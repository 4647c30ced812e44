package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.MemoryRange;
import java.util.List;

/**
 * Where RAM is, as far as a recording without a memory map tells: it ends at {@code max_pfn}, holds every page that rows name, and is
 * as large as the kernel's count of managed pages, rounded up to what machines are built of.
 */
final class XenRam {
    private static final long GRANULE = 256L << 20;
    private static final long FOUR_GIB = 1L << 32;

    private XenRam() {}

    static List<MemoryRange> of(XenHeader header, PageSet named) {
        long end = header.maxPfn() * header.pageBytes();
        long size = Math.min(end, (header.totalPages() * header.pageBytes() + GRANULE - 1) / GRANULE * GRANULE);
        List<MemoryRange> pages = named.ranges();
        long lowest = pages.isEmpty() ? end - size : pages.getFirst().start();
        if (header.architecture() == Architecture.X86) {
            return end > FOUR_GIB && size > end - FOUR_GIB
                    ? List.of(new MemoryRange(0, size - (end - FOUR_GIB)), new MemoryRange(FOUR_GIB, end - FOUR_GIB))
                    : List.of(new MemoryRange(0, end));
        }
        if (lowest >= end - size) {
            return List.of(new MemoryRange(end - size, size));
        }
        long lower = Long.highestOneBit(size);
        long start = lowest & -lower;
        return lower == size || start + lower > end - (size - lower)
                ? List.of(new MemoryRange(start, end - start))
                : List.of(new MemoryRange(start, lower), new MemoryRange(end - (size - lower), size - lower));
    }
}
