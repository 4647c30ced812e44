package dev.dmaops.machine.linux.vfio;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What is mapped where: VFIO has no request that asks, so whoever maps has to remember. Three levels of 4096 entries over 48 address
 * bits; a leaf serves 16 MiB and stays when it is empty.
 */
final class TranslationTable {
    /** Address bits. */
    static final int BITS = 48;

    private static final int SHIFT = 12;
    private static final int ENTRIES = 1 << 12;
    private static final int MASK = ENTRIES - 1;

    /** Physical address plus one, so that zero means nothing. */
    private final AtomicReferenceArray<AtomicReferenceArray<long[]>> root = new AtomicReferenceArray<>(ENTRIES);

    /** Remembers granules side by side. */
    void put(long iova, long physical, long bytes) {
        for (long done = 0; done < bytes; done += 1L << SHIFT) {
            leaf(iova + done)[index(iova + done)] = physical + done + 1;
        }
    }

    /** Forgets granules; those that are not there too. */
    void remove(long iova, long bytes) {
        for (long done = 0; done < bytes; done += 1L << SHIFT) {
            leaf(iova + done)[index(iova + done)] = 0;
        }
    }

    /** The physical address behind an address, or -1. */
    long at(long iova) {
        if (iova >>> BITS != 0) {
            return -1;
        }
        AtomicReferenceArray<long[]> middle = root.get((int) (iova >>> 36) & MASK);
        long[] leaf = middle == null ? null : middle.get((int) (iova >>> 24) & MASK);
        long entry = leaf == null ? 0 : leaf[index(iova)];
        return entry == 0 ? -1 : entry - 1 + (iova & ((1L << SHIFT) - 1));
    }

    private long[] leaf(long iova) {
        int top = (int) (iova >>> 36) & MASK;
        AtomicReferenceArray<long[]> middle = root.get(top);
        if (middle == null) {
            root.compareAndSet(top, null, new AtomicReferenceArray<>(ENTRIES));
            middle = root.get(top);
        }
        int next = (int) (iova >>> 24) & MASK;
        long[] leaf = middle.get(next);
        if (leaf == null) {
            middle.compareAndSet(next, null, new long[ENTRIES]);
            leaf = middle.get(next);
        }
        return leaf;
    }

    private static int index(long iova) {
        return (int) (iova >>> SHIFT) & MASK;
    }
}
