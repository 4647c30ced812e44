package dev.dmaops.cli.workload;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.device.BlockDevice;
import dev.dmaops.machine.sim.device.BlockRing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A driver of a simulated disk: descriptors in a ring of coherent memory, completions written by the device. */
final class DiskDriver implements AutoCloseable {
    static final int SECTOR = BlockRing.SECTOR_BYTES;
    static final int SECTORS = 4096;

    private static final int ENTRIES = 64;

    private final DmaDevice device;
    private final DeviceTally tally;
    private final CoherentBuffer memory;
    private final BlockRing ring;
    private final BlockDevice disk;
    private long described;
    private long completed;

    /** Allocates the ring. */
    DiskDriver(DmaDevice device, DmaEngine engine, DeviceTally tally, long seed) {
        this.device = device;
        this.tally = tally;
        memory = device.allocateCoherent(BlockRing.bytes(ENTRIES));
        ring = new BlockRing(memory.segment(), ENTRIES);
        disk = new BlockDevice(engine, SECTORS, seed);
        disk.setRing(memory.dmaAddress().value(), ENTRIES);
    }

    /**
     * Moves the data of a mapped list, and counts its segments.
     *
     * @param segments what mapping the list gave
     * @param write to the disk, or from it
     * @param total bytes of the list
     * @return whether the disk says that it moved everything
     */
    boolean move(ScatterList list, int segments, boolean write, long sector, long total) {
        boolean oneToOne = segments == list.entries();
        for (int i = 0; i < segments; i++) {
            long dma = list.dmaAddress(i);
            int flags = (write ? BlockRing.WRITE : 0) | (i < segments - 1 ? BlockRing.MORE : 0);
            ring.describe(described++, dma, (int) list.dmaBytes(i), flags, 1, sector);
            // A segment that joins several buffers has no physical address of its own: it is translated.
            tally.mapped(oneToOne ? list.entryPhysical(i) : ~dma, dma, list.dmaBytes(i), device.bounceReason(dma));
        }
        if (!disk.doorbell(described)) {
            return false;
        }
        BlockRing.Completion completion = ring.completion(completed++);
        return completion.present() && completion.status() == BlockRing.OK && completion.bytes() == total;
    }

    /** What is in a sector, past the bus. */
    byte[] sector(long number) {
        return disk.sector(number);
    }

    /** Bytes of memory that are not those of the sectors from one on. */
    long differing(MemorySegment buffer, long firstSector) {
        long wrong = 0;
        for (long at = 0; at < buffer.byteSize(); at += SECTOR) {
            wrong += differing(buffer.asSlice(at, SECTOR), disk.sector(firstSector + at / SECTOR));
        }
        return wrong;
    }

    private static long differing(MemorySegment buffer, byte[] expected) {
        if (buffer.mismatch(MemorySegment.ofArray(expected)) < 0) {
            return 0;
        }
        long wrong = 0;
        for (int i = 0; i < expected.length; i++) {
            wrong += buffer.get(ValueLayout.JAVA_BYTE, i) == expected[i] ? 0 : 1;
        }
        return wrong;
    }

    @Override
    public void close() {
        memory.close();
    }
}
