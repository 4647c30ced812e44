package dev.dmaops.conformance.linux;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaPool;
import dev.dmaops.api.DmaPoolBlock;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.MemoryRange;
import java.util.List;
import java.util.stream.IntStream;

/** What a row made and a later row refers to by its id. */
sealed interface Held {
    /** The device it belongs to. */
    DmaDevice device();

    /** Gives it back as the recorded module does. */
    void release();

    /** The DMA addresses that it occupies, one range for each piece; none for what lies in a page of others. */
    List<MemoryRange> ranges();

    /**
     * A mapping of a buffer or of registers.
     *
     * @param resource whether it maps registers
     */
    record Mapping(DmaDevice device, long dma, long bytes, DmaDirection direction, int attributes, boolean resource)
            implements Held {
        @Override
        public List<MemoryRange> ranges() {
            return List.of(new MemoryRange(dma, bytes));
        }

        @Override
        public void release() {
            release(attributes);
        }

        void release(int with) {
            if (resource) {
                device.unmapResource(dma, bytes, direction, with);
            } else {
                device.unmapSingle(dma, bytes, direction, with);
            }
        }
    }

    /** Slots that were taken from the pool directly. */
    record Slots(DmaDevice device, BouncePool pool, long physical, long bytes, DmaDirection direction, int attributes)
            implements Held {
        @Override
        public List<MemoryRange> ranges() {
            return List.of();
        }

        @Override
        public void release() {
            release(attributes);
        }

        void release(int with) {
            pool.unmap(device.state(), physical, bytes, direction, with);
        }
    }

    /** A mapped scatter list. */
    record Scatter(DmaDevice device, ScatterList list, DmaDirection direction, int attributes) implements Held {
        @Override
        public List<MemoryRange> ranges() {
            return IntStream.range(0, list.mappedEntries())
                    .mapToObj(i -> new MemoryRange(list.dmaAddress(i), list.dmaBytes(i)))
                    .toList();
        }

        @Override
        public void release() {
            release(attributes);
        }

        void release(int with) {
            device.unmapScatter(list, direction, with);
        }
    }

    /**
     * Allocated memory.
     *
     * @param dma DMA address of its first byte
     * @param bytes length
     * @param owner what to close
     */
    record Memory(DmaDevice device, long dma, long bytes, Runnable owner) implements Held {
        @Override
        public List<MemoryRange> ranges() {
            return List.of(new MemoryRange(dma, bytes));
        }

        @Override
        public void release() {
            owner.run();
        }
    }

    /** A block of a DMA pool. */
    record Block(DmaDevice device, DmaPool pool, DmaPoolBlock block) implements Held {
        @Override
        public List<MemoryRange> ranges() {
            return List.of();
        }

        @Override
        public void release() {
            pool.free(block);
        }
    }
}
