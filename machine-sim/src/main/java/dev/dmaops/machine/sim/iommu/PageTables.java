package dev.dmaops.machine.sim.iommu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A radix tree from IOVA to page. Each table has as many entries as fit into one granule: 512 for 4 KiB, 2048 for 16 KiB, 8192
 * for 64 KiB. Tables stay when they become empty, so mapping the same IOVAs again allocates nothing.
 *
 * <p>Page sizes that do not fall on a level of the tree are kept as several smaller entries, which translate alike.
 *
 * <p>Any thread may call, for addresses that no other maps or unmaps meanwhile. The smallest pages come and go with one store into
 * their entry, larger ones, whose entry may become a table of smaller ones that others fill, with a compare-and-set; nothing is
 * counted on the way. Of the tables of smallest pages each entry has a cache line to itself where that takes no more than 64 KiB a table, and where it
 * would, neighbours are kept apart: processors hold neighbouring addresses.
 */
final class PageTables {
    /** Entry: a page begins here. */
    static final long PAGE = 1;
    /** Entry: the next table is behind it. */
    static final long TABLE = 2;

    static final int PROTECTION_SHIFT = 2;
    static final long PROTECTION_MASK = 0x3f << PROTECTION_SHIFT;

    private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int NUMBER_SHIFT = 12;
    private static final int LINE_SHIFT = 3;
    private static final int MOST_SHIFT = 13;

    private final int granuleShift;
    private final int indexBits;
    private final int levels;
    /** Longs from entry to entry in a table of smallest pages, as a power of two. */
    private final int leafShift;

    private final long pageSizes;
    private volatile long[][] tables = new long[16][];
    private int count;

    /**
     * Empty tables.
     *
     * @param addressBits IOVA bits to translate
     */
    PageTables(long pageSizes, int addressBits) {
        this.pageSizes = pageSizes;
        granuleShift = Long.numberOfTrailingZeros(pageSizes);
        indexBits = granuleShift - 3;
        levels = Math.max(1, (addressBits - granuleShift + indexBits - 1) / indexBits);
        leafShift = Math.clamp(MOST_SHIFT - indexBits, 0, LINE_SHIFT);
        newTable(levels - 1);
    }

    /** Bytes mapped now: walks all tables. */
    long mappedBytes() {
        return mappedBytes(0, levels - 1);
    }

    private long mappedBytes(int table, int level) {
        long sum = 0;
        for (int number = 0; number < 1 << indexBits; number++) {
            long entry = read(table, slot(number, level));
            if ((entry & PAGE) != 0) {
                sum += 1L << shift(level);
            } else if (entry != 0) {
                sum += mappedBytes((int) (entry >>> NUMBER_SHIFT), level - 1);
            }
        }
        return sum;
    }

    /** The granule around an IOVA: physical address with protection and {@link #PAGE}, or 0 when it is not mapped. */
    long find(long iova) {
        int table = 0;
        for (int level = levels - 1; ; level--) {
            long entry = read(table, index(iova, level));
            if ((entry & PAGE) != 0) {
                long inside = iova & (1L << shift(level)) - 1 & -(1L << granuleShift);
                return entry + inside;
            }
            if (entry == 0 || level == 0) {
                return 0;
            }
            table = (int) (entry >>> NUMBER_SHIFT);
        }
    }

    /** Maps a range; false, and nothing stays mapped, when a part was mapped before. */
    boolean map(long iova, long physical, long bytes, int protection) {
        long done = 0;
        long flags = (long) protection << PROTECTION_SHIFT | PAGE;
        while (done < bytes) {
            long size = mapOne(iova + done, physical + done, bytes - done, flags);
            if (size == 0) {
                unmap(iova, done);
                return false;
            }
            done += size;
        }
        return true;
    }

    private long mapOne(long iova, long physical, long bytes, long flags) {
        int wanted = level(iova | physical, bytes);
        int table = 0;
        for (int level = levels - 1; ; ) {
            int index = index(iova, level);
            long entry = read(table, index);
            if ((entry & TABLE) != 0) {
                // At the wanted level this is a table in the place of a large page, perhaps empty by now: smaller pages
                // in it
                // translate alike.
                table = (int) (entry >>> NUMBER_SHIFT);
                level--;
            } else if (entry != 0) {
                return 0;
            } else if (level > wanted) {
                makeTable(table, index, level, 0);
            } else if (change(table, index, level, 0, physical | flags)) {
                return 1L << shift(level);
            }
        }
    }

    private int level(long addresses, long bytes) {
        int level = levels - 1;
        while (level > 0
                && ((pageSizes >>> shift(level) & 1) == 0
                        || (addresses & (1L << shift(level)) - 1) != 0
                        || bytes < 1L << shift(level))) {
            level--;
        }
        return level;
    }

    /** Takes a range out, and says how much of it was mapped. A large page of which only a part is meant is split. */
    long unmap(long iova, long bytes) {
        long unmapped = 0;
        for (long done = 0; done < bytes; ) {
            long size = unmapOne(iova + done, bytes - done);
            unmapped += Math.max(size, 0);
            done += Math.abs(size);
        }
        return unmapped;
    }

    /** Bytes taken out, or, when nothing was there, minus the bytes to skip. */
    private long unmapOne(long iova, long bytes) {
        int table = 0;
        for (int level = levels - 1; ; ) {
            int index = index(iova, level);
            long entry = read(table, index);
            long size = 1L << shift(level);
            if (entry == 0) {
                return -Math.min(bytes, size - (iova & size - 1));
            }
            if ((entry & TABLE) != 0) {
                table = (int) (entry >>> NUMBER_SHIFT);
                level--;
            } else if ((iova & size - 1) != 0 || bytes < size) {
                makeTable(table, index, level, entry);
            } else if (change(table, index, level, entry, 0)) {
                return size;
            }
        }
    }

    /** Changes the entry that the caller has just read. */
    private boolean change(int table, int index, int level, long from, long to) {
        if (level > 0) {
            return ENTRY.compareAndSet(tables[table], index, from, to);
        }
        ENTRY.setRelease(tables[table], index, to);
        return true;
    }

    /** Puts a table where {@code expected} still stands, filled with the pieces of it when that is a page. */
    private synchronized void makeTable(int parent, int index, int level, long expected) {
        if (read(parent, index) != expected) {
            return;
        }
        int number = newTable(level - 1);
        if (expected != 0) {
            long[] pieces = tables[number];
            for (int i = 0; i < 1 << indexBits; i++) {
                pieces[slot(i, level - 1)] = expected + ((long) i << shift(level - 1));
            }
        }
        ENTRY.setRelease(tables[parent], index, (long) number << NUMBER_SHIFT | TABLE);
    }

    private int newTable(int level) {
        long[][] all = tables;
        if (count == all.length) {
            all = Arrays.copyOf(all, count * 2);
        }
        all[count] = new long[1 << (level == 0 ? indexBits + leafShift : indexBits)];
        tables = all;
        return count++;
    }

    private int shift(int level) {
        return granuleShift + level * indexBits;
    }

    /** Where the entry for an address is in its table. */
    private int index(long iova, int level) {
        return slot((int) (iova >>> shift(level)) & (1 << indexBits) - 1, level);
    }

    private int slot(int number, int level) {
        return level == 0 ? ((number & 7) << (indexBits - 3) | number >>> 3) << leafShift : number;
    }

    private long read(int table, int index) {
        return (long) ENTRY.getAcquire(tables[table], index);
    }
}
