package dev.dmaops.machine.linux.memory;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Free pages of pinned memory. The address that a page was found at decides its zone.
 *
 * <p>Low pages are scarce: a request that may lie anywhere gets the highest block, one for a narrow zone the lowest, and so does a
 * pool, which is there for the devices with the narrowest masks. Linux gives a pool the highest place that fits; here memory comes
 * in huge pages from wherever the host had them.
 */
public final class PinnedPages implements PageAllocator {
    private static final int SHIFT = 12;
    private static final int MAX_ORDER = 10;
    private static final long DMA32_END = 1L << 32;

    private final long[] firstPage;
    private final BitSet[] taken;
    private final int[] pages;
    private final long zoneDmaLimit;
    private final Map<Long, Integer> blocks = new HashMap<>();

    /**
     * All pages of some ranges.
     *
     * @param ranges ascending, whole pages
     * @param zoneDmaLimit highest address of the DMA zone, inclusive; 0 for none
     */
    public PinnedPages(List<MemoryRange> ranges, long zoneDmaLimit) {
        this.zoneDmaLimit = zoneDmaLimit;
        firstPage = new long[ranges.size()];
        taken = new BitSet[ranges.size()];
        pages = new int[ranges.size()];
        for (int i = 0; i < ranges.size(); i++) {
            firstPage[i] = ranges.get(i).start() >>> SHIFT;
            pages[i] = Math.toIntExact(ranges.get(i).bytes() >>> SHIFT);
            taken[i] = new BitSet(pages[i]);
        }
    }

    @Override
    public long pageBytes() {
        return PinnedMemory.pageBytes();
    }

    @Override
    public int maxOrder() {
        return MAX_ORDER;
    }

    @Override
    public long maxPfn() {
        int last = firstPage.length - 1;
        return firstPage[last] + pages[last];
    }

    @Override
    public long zoneDmaLimit() {
        return zoneDmaLimit;
    }

    @Override
    public boolean hasZone(Zone zone) {
        return switch (zone) {
            case DMA -> zoneDmaLimit != 0 && firstPage[0] << SHIFT <= zoneDmaLimit;
            case DMA32 -> firstPage[0] << SHIFT < DMA32_END;
            case NORMAL -> maxPfn() << SHIFT > DMA32_END;
        };
    }

    @Override
    public synchronized long allocate(int order, Zone highest) {
        if (order < 0 || order > MAX_ORDER) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_SIZE,
                    "machine: order=" + order + " is not between 0 and " + MAX_ORDER + ". Ask for smaller blocks.");
        }
        long physical = switch (highest) {
            case NORMAL -> highest(1 << order);
            case DMA32 -> lowest(1L << order, 1L << order, DMA32_END - 1);
            case DMA -> zoneDmaLimit == 0 ? NO_PAGES : lowest(1L << order, 1L << order, zoneDmaLimit);
        };
        if (physical != NO_PAGES) {
            blocks.put(physical, order);
        }
        return physical;
    }

    @Override
    public synchronized void free(long physical, int order) {
        Integer known = blocks.get(physical);
        if (known == null || known != order) {
            throw new DmaUsageException(
                    DmaErrorCode.NOT_MAPPED,
                    "machine: no block of order=" + order + " is allocated at physical=0x" + Long.toHexString(physical)
                            + ". Free what was allocated, once.");
        }
        blocks.remove(physical);
        clear(physical, 1L << order);
    }

    @Override
    public synchronized long reserveAtBoot(long bytes, long limit) {
        return lowest(bytes >>> SHIFT, 1, limit);
    }

    @Override
    public synchronized void releaseAtBoot(long physical, long bytes) {
        clear(physical, bytes >>> SHIFT);
    }

    private void clear(long physical, long count) {
        for (int i = 0; i < pages.length; i++) {
            long at = (physical >>> SHIFT) - firstPage[i];
            if (at >= 0 && at < pages[i]) {
                taken[i].clear((int) at, (int) (at + count));
                return;
            }
        }
    }

    /** The lowest free run of pages whose last byte is at or below the limit, aligned to {@code align} pages. */
    private long lowest(long count, long align, long limit) {
        for (int i = 0; i < pages.length; i++) {
            long at = align(firstPage[i], align) - firstPage[i];
            while (at + count <= pages[i]) {
                if (((firstPage[i] + at + count) << SHIFT) - 1 > limit) {
                    return NO_PAGES;
                }
                int busy = taken[i].nextSetBit((int) at);
                if (busy < 0 || busy >= at + count) {
                    return take(i, at, count);
                }
                int free = taken[i].nextClearBit(busy);
                at = align(firstPage[i] + free, align) - firstPage[i];
            }
        }
        return NO_PAGES;
    }

    /** The highest free block of as many pages, aligned to its length. */
    private long highest(int count) {
        for (int i = pages.length - 1; i >= 0; i--) {
            long at = ((firstPage[i] + pages[i] - count) & -count) - firstPage[i];
            while (at >= 0) {
                int busy = taken[i].nextSetBit((int) at);
                if (busy < 0 || busy >= at + count) {
                    return take(i, at, count);
                }
                at -= count;
            }
        }
        return NO_PAGES;
    }

    private long take(int range, long at, long count) {
        taken[range].set((int) at, (int) (at + count));
        return (firstPage[range] + at) << SHIFT;
    }

    private static long align(long page, long align) {
        return (page + align - 1) & -align;
    }
}
