package dev.dmaops.backend.iommu;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pages from the allocator's blocks: side by side where they must be, in pieces where they need not. */
final class PageRuns {
    /** No such pages. */
    static final long NONE = PageAllocator.NO_PAGES;

    private final PageAllocator pages;

    PageRuns(PageAllocator pages) {
        this.pages = pages;
    }

    /** The most that one block holds, in bytes. */
    long largestBlock() {
        return pages.pageBytes() << pages.maxOrder();
    }

    /**
     * Takes pages that lie together: one block, or largest blocks side by side.
     *
     * @param size whole pages, at least one
     * @return physical address, or {@link #NONE}
     */
    long allocate(long size) {
        if (size <= largestBlock()) {
            return pages.allocate(order(size), Zone.NORMAL);
        }
        return sideBySide(Math.ceilDiv(size, largestBlock()));
    }

    /**
     * Takes largest blocks until enough of them lie side by side, and gives the others back. That takes as many as there are at
     * worst: a long stretch is for start-up, as in the kernel.
     */
    private long sideBySide(long wanted) {
        if (wanted > Integer.MAX_VALUE || wanted * largestBlock() > pages.maxPfn() * pages.pageBytes()) {
            return NONE;
        }
        long[] taken = new long[(int) wanted];
        int count = 0;
        long first = NONE;
        while (first == NONE) {
            long block = pages.allocate(pages.maxOrder(), Zone.NORMAL);
            if (block == NONE) {
                break;
            }
            if (count == taken.length) {
                taken = Arrays.copyOf(taken, count * 2);
            }
            int at = -Arrays.binarySearch(taken, 0, count, block) - 1;
            System.arraycopy(taken, at, taken, at + 1, count - at);
            taken[at] = block;
            count++;
            first = runAround(taken, count, at, (int) wanted);
        }
        for (int i = 0; i < count; i++) {
            if (first == NONE || taken[i] < first || taken[i] >= first + wanted * largestBlock()) {
                pages.free(taken[i], pages.maxOrder());
            }
        }
        return first;
    }

    private long runAround(long[] taken, int count, int at, int wanted) {
        int low = at;
        while (low > 0 && taken[low - 1] + largestBlock() == taken[low]) {
            low--;
        }
        int high = at;
        while (high + 1 < count && taken[high] + largestBlock() == taken[high + 1]) {
            high++;
        }
        return high - low + 1 >= wanted ? taken[low] : NONE;
    }

    /** Gives back what {@link #allocate} gave. */
    void free(long physical, long size) {
        if (size <= largestBlock()) {
            pages.free(physical, order(size));
            return;
        }
        for (long done = 0; done < size; done += largestBlock()) {
            pages.free(physical + done, pages.maxOrder());
        }
    }

    /**
     * Takes pages wherever they are, in the largest blocks that the IOMMU can map as one.
     *
     * @param size whole pages, at least one
     * @param sizes page sizes of the IOMMU, as a bit map
     * @param into receives the blocks; empty when there are not enough pages
     * @return whether there were
     */
    boolean gather(long size, long sizes, List<MemoryRange> into) {
        for (long left = size; left > 0; ) {
            int order = Math.min(pages.maxOrder(), 63 - Long.numberOfLeadingZeros(left / pages.pageBytes()));
            long block = NONE;
            for (; order >= 0 && block == NONE; order--) {
                if (order == 0 || (sizes & pages.pageBytes() << order) != 0) {
                    block = pages.allocate(order, Zone.NORMAL);
                }
            }
            if (block == NONE) {
                free(into);
                into.clear();
                return false;
            }
            // The loop took one step too many.
            long bytes = pages.pageBytes() << (order + 1);
            into.add(new MemoryRange(block, bytes));
            left -= bytes;
        }
        return true;
    }

    /** Gives back what {@link #gather} gave. */
    void free(List<MemoryRange> blocks) {
        for (MemoryRange block : blocks) {
            pages.free(block.start(), order(block.bytes()));
        }
    }

    /** The same pages, with neighbours in one piece. */
    static List<MemoryRange> joined(List<MemoryRange> blocks) {
        List<MemoryRange> joined = new ArrayList<>();
        for (MemoryRange block : blocks) {
            MemoryRange last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.last() + 1 == block.start()) {
                joined.set(joined.size() - 1, new MemoryRange(last.start(), last.bytes() + block.bytes()));
            } else {
                joined.add(block);
            }
        }
        return joined;
    }

    private int order(long size) {
        long count = size / pages.pageBytes();
        return count <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(count - 1);
    }
}
