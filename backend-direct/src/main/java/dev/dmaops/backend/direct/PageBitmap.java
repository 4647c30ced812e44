package dev.dmaops.backend.direct;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.PageAllocator;
import java.util.BitSet;

/** A stretch of pages set aside, handed out first fit, each block aligned to its size rounded up to a power of two of pages. */
final class PageBitmap {
    private final long start;
    private final int pages;
    private final long pageBytes;
    private final BitSet taken = new BitSet();

    PageBitmap(long start, int pages, long pageBytes) {
        this.start = start;
        this.pages = pages;
        this.pageBytes = pageBytes;
    }

    /**
     * Takes pages.
     *
     * @param bytes length, rounded up to whole pages
     * @param wholeOrder whether the block takes its rounded size and not just its pages
     * @return physical address, or {@link PageAllocator#NO_PAGES}
     */
    synchronized long allocate(long bytes, boolean wholeOrder) {
        long wanted = (bytes + pageBytes - 1) / pageBytes;
        if (wanted > pages) {
            return PageAllocator.NO_PAGES;
        }
        int align = wanted <= 1 ? 1 : Integer.highestOneBit((int) wanted - 1) << 1;
        int length = wholeOrder ? align : (int) wanted;
        for (int at = 0; at + length <= pages; at += align) {
            int used = taken.nextSetBit(at);
            if (used < 0 || used >= at + length) {
                taken.set(at, at + length);
                return start + at * pageBytes;
            }
        }
        return PageAllocator.NO_PAGES;
    }

    boolean contains(long address) {
        return Long.compareUnsigned(address - start, pages * pageBytes) < 0;
    }

    synchronized void free(long address, long bytes) {
        int from = (int) ((address - start) / pageBytes);
        int to = from + (int) ((bytes + pageBytes - 1) / pageBytes);
        if (taken.nextClearBit(from) < to) {
            throw new DmaUsageException(
                    DmaErrorCode.NOT_MAPPED,
                    String.format(
                            "cannot free 0x%x with %d bytes: it is not allocated. Free once what was allocated.",
                            address, bytes));
        }
        taken.clear(from, to);
    }

    /** Bytes that are free. */
    synchronized long freeBytes() {
        return (pages - taken.cardinality()) * pageBytes;
    }

    synchronized boolean isEmpty() {
        return taken.isEmpty();
    }

    long start() {
        return start;
    }

    long bytes() {
        return pages * pageBytes;
    }
}
