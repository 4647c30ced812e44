package dev.dmaops.integration.iommu;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimDevices;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Zone;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * One and the same work for any device of any platform. What it returns depends on the bytes that both sides saw and on nothing else:
 * no address, no backend, no copy.
 */
final class SameWorkload {
    private static final long PAGE = 4096;
    private static final int ROUNDS = 60;
    private static final int ORDER = 2;

    private final DmaDevice device;
    private final DmaEngine engine;
    private final PhysicalMemory memory;
    private final PageAllocator pages;
    private final RandomGenerator random = new SplittableRandom(0x10_0d);
    private final CRC32 seen = new CRC32();
    private int accesses;
    private int faulted;

    /**
     * What came of it.
     *
     * @param bytes stands for all bytes that the CPU and the device saw
     * @param accesses of the device
     * @param faulted accesses that did not go through whole
     */
    record Played(long bytes, int accesses, int faulted) {}

    private SameWorkload(DmaPlatform platform, String id) {
        device = platform.device(id);
        engine = platform.part(SimDevices.class).orElseThrow().engine(id);
        Machine machine = platform.part(Machine.class).orElseThrow();
        memory = machine.memory();
        pages = machine.pages();
    }

    /** Does it, where the device reaches everything: fails otherwise. */
    static long run(DmaPlatform platform, String id) {
        Played played = play(platform, id);
        if (played.faulted != 0) {
            throw new AssertionError(id + ": " + played + ": "
                    + platform.part(SimDevices.class).orElseThrow().faults().all());
        }
        return played.bytes;
    }

    /** Does it, also where the device reaches nothing. */
    static Played play(DmaPlatform platform, String id) {
        SameWorkload workload = new SameWorkload(platform, id);
        for (int round = 0; round < ROUNDS; round++) {
            workload.single();
        }
        workload.scatter();
        workload.coherent();
        return new Played(workload.seen.getValue(), workload.accesses, workload.faulted);
    }

    private void single() {
        // Everywhere in RAM, also where a device does not reach.
        boolean high = random.nextBoolean();
        long block = pages.allocate(ORDER, high || !pages.hasZone(Zone.DMA32) ? Zone.NORMAL : Zone.DMA32);
        int offset = random.nextInt(4) == 0 ? 0 : 64 * random.nextInt(1, 64);
        MemorySegment buffer = memory.segment(block + offset, random.nextInt(1, (int) (2 * PAGE)));
        DmaDirection direction = DmaDirection.values()[random.nextInt(3)];
        fill(buffer);
        long dma = device.mapSingle(buffer, 0, buffer.byteSize(), direction, DmaAttributes.NONE);
        if (dma == DmaDevice.MAPPING_ERROR) {
            throw new AssertionError(device + " refused " + buffer.byteSize() + " bytes at " + Long.toHexString(block));
        }
        if (direction != DmaDirection.FROM_DEVICE) {
            deviceSees(dma, buffer.byteSize());
        }
        if (direction != DmaDirection.TO_DEVICE) {
            deviceWrites(dma, buffer.byteSize());
        }
        device.unmapSingle(dma, buffer.byteSize(), direction, DmaAttributes.NONE);
        cpuSees(buffer);
        pages.free(block, ORDER);
    }

    private void scatter() {
        long block = pages.allocate(ORDER, Zone.NORMAL);
        ScatterList list = new ScatterList()
                .add(memory.segment(block, PAGE))
                .add(memory.segment(block + PAGE, PAGE))
                .add(memory.segment(block + 3 * PAGE, 1000));
        fill(memory.segment(block, 4 * PAGE));
        device.mapScatter(list, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        for (int segment = 0; segment < list.mappedEntries(); segment++) {
            deviceSees(list.dmaAddress(segment), list.dmaBytes(segment));
        }
        device.unmapScatter(list, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
        cpuSees(memory.segment(block, 4 * PAGE));
        pages.free(block, ORDER);
    }

    private void coherent() {
        try (CoherentBuffer buffer = device.allocateCoherent(3000)) {
            cpuSees(buffer.segment());
            fill(buffer.segment());
            deviceSees(buffer.dmaAddress().value(), 3000);
            deviceWrites(buffer.dmaAddress().value() + 17, 100);
            cpuSees(buffer.segment());
        }
    }

    private void fill(MemorySegment buffer) {
        MemorySegment.copy(bytes(buffer.byteSize()), 0, buffer, 0, buffer.byteSize());
    }

    private void deviceWrites(long dma, long length) {
        reached(engine.write(dma, bytes(length)) == length);
    }

    private void deviceSees(long dma, long length) {
        MemorySegment got = MemorySegment.ofArray(new byte[(int) length]);
        if (reached(engine.read(dma, got) == length)) {
            cpuSees(got);
        }
    }

    private boolean reached(boolean whole) {
        accesses++;
        faulted += whole ? 0 : 1;
        return whole;
    }

    private void cpuSees(MemorySegment buffer) {
        seen.update(buffer.toArray(ValueLayout.JAVA_BYTE));
    }

    private MemorySegment bytes(long length) {
        byte[] bytes = new byte[(int) length];
        new SplittableRandom(random.nextLong()).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }
}
