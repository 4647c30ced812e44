package dev.dmaops.cli.workload;

import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Zone;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Buffers all over RAM: one large block in each of some equally high layers of the memory map, so that narrow devices meet
 * memory below, at and above what they reach. Blocks are taken from the page allocator and given back by {@link #close}.
 */
final class BufferPlaces implements AutoCloseable {
    private static final int LAYERS = 16;
    private static final int MOST_BLOCKS = 1 << 15;

    private final PhysicalMemory memory;
    private final PageAllocator pages;
    private final int order;
    private final List<Long> blocks = new ArrayList<>();

    BufferPlaces(PhysicalMemory memory, PageAllocator pages) {
        this.memory = memory;
        this.pages = pages;
        this.order = pages.maxOrder();
        List<Long> all = new ArrayList<>();
        for (long block = take(); block != PageAllocator.NO_PAGES && all.size() < MOST_BLOCKS; block = take()) {
            all.add(block);
        }
        all.sort(Comparator.naturalOrder());
        for (int i = 0; i < all.size(); i++) {
            boolean firstOfLayer = i == 0 || layer(i, all.size()) != layer(i - 1, all.size());
            if (firstOfLayer || i == all.size() - 1) {
                blocks.add(all.get(i));
            } else {
                pages.free(all.get(i), order);
            }
        }
    }

    private long take() {
        return pages.allocate(order, Zone.NORMAL);
    }

    private static int layer(int index, int count) {
        return (int) ((long) index * LAYERS / count);
    }

    /** Length of a block, in bytes. */
    long blockBytes() {
        return pages.pageBytes() << order;
    }

    /** The first byte of some block. */
    long block(RandomGenerator random) {
        return blocks.get(random.nextInt(blocks.size()));
    }

    /** Where some buffer could lie: in any block, at a multiple of {@code alignment}. */
    long place(RandomGenerator random, long bytes, long alignment) {
        long room = (blockBytes() - bytes) / alignment + 1;
        return block(random) + random.nextLong(room) * alignment;
    }

    MemorySegment segment(long physical, long bytes) {
        return memory.segment(physical, bytes);
    }

    long physicalAddress(MemorySegment buffer) {
        return memory.physicalAddress(buffer);
    }

    @Override
    public void close() {
        blocks.forEach(block -> pages.free(block, order));
        blocks.clear();
    }
}
