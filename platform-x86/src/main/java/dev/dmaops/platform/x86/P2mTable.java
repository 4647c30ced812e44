package dev.dmaops.platform.x86;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Entries by guest frame, in pages of 512 as Linux keeps them. Readers take no lock; one thread writes at a time. */
final class P2mTable {
    /** What is found where nothing was ever put. */
    static final long ABSENT = -2L;

    private static final int SHIFT = 9;
    private static final int MASK = (1 << SHIFT) - 1;

    private volatile AtomicReferenceArray<long[]> pages = new AtomicReferenceArray<>(64);

    long at(long pfn) {
        AtomicReferenceArray<long[]> now = pages;
        long page = pfn >>> SHIFT;
        if (page >= now.length()) {
            return ABSENT;
        }
        long[] entries = now.getAcquire((int) page);
        return entries == null ? ABSENT : entries[(int) pfn & MASK];
    }

    void set(long pfn, long entry) {
        int page = Math.toIntExact(pfn >>> SHIFT);
        AtomicReferenceArray<long[]> now = pages;
        if (page >= now.length()) {
            now = new AtomicReferenceArray<>(Integer.highestOneBit(page) << 1);
            for (int i = 0; i < pages.length(); i++) {
                now.set(i, pages.get(i));
            }
            pages = now;
        }
        long[] entries = now.get(page);
        if (entries == null) {
            entries = new long[MASK + 1];
            Arrays.fill(entries, ABSENT);
            now.setRelease(page, entries);
        }
        entries[(int) pfn & MASK] = entry;
    }
}
