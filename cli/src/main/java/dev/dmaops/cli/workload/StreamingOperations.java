package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.Refused;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Single buffers: mapped, moved, unmapped. A buffer lies between two fences, bytes that the CPU changes while the buffer is
 * mapped, as another user of the same page or cache line would; they must come out as the CPU left them.
 */
final class StreamingOperations {
    private static final long FENCE = 32;
    private static final long PAGE = 4096;
    private static final int MOST_PAGES = 32;
    private static final int MOST_SMALL_BYTES = 256;
    private static final int MOST_HEAP_BYTES = 8192;
    private static final int MOST_AT_ONCE = 12;

    private final DmaDevice device;
    private final DmaEngine engine;
    private final BufferPlaces places;
    private final KmallocSizes sizes;
    private final DeviceTally tally;

    StreamingOperations(
            DmaDevice device, DmaEngine engine, BufferPlaces places, KmallocSizes sizes, DeviceTally tally) {
        this.device = device;
        this.engine = engine;
        this.places = places;
        this.sizes = sizes;
        this.tally = tally;
    }

    /** Whole pages, wherever in RAM. */
    void pages(RandomGenerator random, long seed) {
        long bytes = PAGE * random.nextInt(1, MOST_PAGES + 1);
        long physical = places.place(random, bytes + 2 * PAGE, PAGE) + PAGE;
        fenced(random, seed, physical, bytes, bytes);
    }

    /** A small buffer where a kernel's allocator would put it: at a multiple of its size class, between strangers. */
    void small(RandomGenerator random, long seed) {
        long bytes = random.nextInt(1, MOST_SMALL_BYTES + 1);
        long slot = sizes.of(bytes);
        long slots = PAGE / slot;
        long first = FENCE / slot + 1;
        long physical = places.place(random, PAGE, PAGE) + slot * random.nextLong(first, slots - first);
        fenced(random, seed, physical, bytes, slot);
    }

    /** A Java array, which has no address that a device could use. */
    void heap(RandomGenerator random, long seed) {
        MemorySegment array = MemorySegment.ofArray(new byte[random.nextInt(1, MOST_HEAP_BYTES + 1)]);
        transfer(random, seed, PhysicalMemory.NOT_MACHINE_MEMORY, array, false, () -> {});
    }

    /**
     * A page of another domain, which must see the same bytes afterwards. The device writes all of it: for such pages Linux drops what
     * the CPU has in its cache before the device writes (xen_dma_sync_for_device, arch/arm/xen/mm.c, 6.12), and with it what the
     * device would leave alone.
     */
    void foreign(RandomGenerator random, long seed, ForeignBuffers buffers) {
        ForeignBuffers.Shared shared = buffers.page(random);
        long offset = random.nextInt(4) == 0 ? 0 : 64L * random.nextInt(32);
        long bytes = random.nextInt(4) == 0 ? PAGE - offset : random.nextLong(1, 2048);
        MemorySegment buffer = places.segment(shared.physical() + offset, bytes);
        transfer(random, seed, shared.physical() + offset, buffer, true, () -> {});
        long differs = buffer.mismatch(shared.seenByOwner().asSlice(offset, bytes));
        tally.mismatchedBytes += differs < 0 ? 0 : bytes - differs;
    }

    /** Several buffers mapped at once, as a busy driver has them. */
    void burst(RandomGenerator random, long seed) {
        List<DmaMapping> mappings = new ArrayList<>();
        int count = random.nextInt(2, MOST_AT_ONCE + 1);
        for (int i = 0; i < count; i++) {
            MemorySegment buffer = pageOf(places.block(random), i, random);
            SimPattern.fill(buffer, seed + i);
            if (device.tryMap(buffer, DmaDirection.TO_DEVICE, DmaAttributes.NONE)
                    instanceof Mapped(DmaMapping mapping)) {
                mappings.add(mapping);
                tally.mapped(physical(buffer), mapping.dmaAddress().value(), mapping.bytes(), mapping.bounceReason());
                tally.mismatchedBytes += engine.mismatches(mapping.dmaAddress().value(), mapping.bytes(), seed + i);
            }
        }
        mappings.forEach(DmaMapping::close);
    }

    private MemorySegment pageOf(long block, int index, RandomGenerator random) {
        return places.segment(block + index * PAGE, random.nextLong(1, PAGE + 1));
    }

    private long physical(MemorySegment buffer) {
        return places.physicalAddress(buffer);
    }

    /**
     * Moves one buffer between fences.
     *
     * @param room what belongs to the buffer, in bytes: the fence behind it starts there
     */
    private void fenced(RandomGenerator random, long seed, long physical, long bytes, long room) {
        MemorySegment before = places.segment(physical - FENCE, FENCE);
        MemorySegment after = places.segment(physical + room, FENCE);
        transfer(random, seed, physical, places.segment(physical, bytes), false, () -> {
            SimPattern.fill(before, seed + 10);
            SimPattern.fill(after, seed + 11);
        });
        tally.mismatchedBytes += SimPattern.mismatches(before, seed + 10) + SimPattern.mismatches(after, seed + 11);
    }

    private void transfer(
            RandomGenerator random,
            long seed,
            long physical,
            MemorySegment buffer,
            boolean whole,
            Runnable whileMapped) {
        DmaDirection direction = switch (random.nextInt(3)) {
            case 0 -> DmaDirection.TO_DEVICE;
            case 1 -> DmaDirection.FROM_DEVICE;
            default -> DmaDirection.BIDIRECTIONAL;
        };
        SimPattern.fill(buffer, seed);
        switch (device.tryMap(buffer, direction, DmaAttributes.NONE)) {
            case Refused refused -> {
                tally.refused(refused.code());
                whileMapped.run();
            }
            case Mapped(DmaMapping mapping) -> {
                long dma = mapping.dmaAddress().value();
                tally.mapped(physical, dma, buffer.byteSize(), mapping.bounceReason());
                whileMapped.run();
                switch (direction) {
                    case TO_DEVICE -> toDevice(mapping, dma, buffer, seed);
                    case FROM_DEVICE -> fromDevice(random, mapping, dma, buffer, whole, seed);
                    default -> bothWays(mapping, dma, buffer, seed);
                }
            }
        }
    }

    private void toDevice(DmaMapping mapping, long dma, MemorySegment buffer, long seed) {
        tally.mismatchedBytes += engine.mismatches(dma, buffer.byteSize(), seed);
        mapping.close();
        tally.mismatchedBytes += SimPattern.mismatches(buffer, seed);
    }

    /** The device writes less than it was given now and then, unless it must write the whole: the rest must stay as it was. */
    private void fromDevice(
            RandomGenerator random, DmaMapping mapping, long dma, MemorySegment buffer, boolean whole, long seed) {
        long bytes = buffer.byteSize();
        long written = !whole && random.nextInt(4) == 0 ? random.nextLong(bytes + 1) : bytes;
        engine.writePattern(dma, written, seed + 1);
        mapping.close();
        tally.mismatchedBytes += SimPattern.mismatches(buffer.asSlice(0, written), seed + 1)
                + SimPattern.mismatches(buffer.asSlice(written), seed, written);
    }

    private void bothWays(DmaMapping mapping, long dma, MemorySegment buffer, long seed) {
        long bytes = buffer.byteSize();
        tally.mismatchedBytes += engine.mismatches(dma, bytes, seed);
        engine.writePattern(dma, bytes, seed + 1);
        mapping.syncForCpu();
        tally.mismatchedBytes += SimPattern.mismatches(buffer, seed + 1);
        SimPattern.fill(buffer, seed + 2);
        mapping.syncForDevice();
        tally.mismatchedBytes += engine.mismatches(dma, bytes, seed + 2);
        engine.writePattern(dma, bytes, seed + 3);
        mapping.close();
        tally.mismatchedBytes += SimPattern.mismatches(buffer, seed + 3);
    }
}
