package dev.dmaops.cli.workload;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.device.BlockDevice;
import dev.dmaops.machine.sim.device.BlockRing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/**
 * Scatter lists, through a driver for a disk: descriptors in a ring of coherent memory, data wherever in RAM, completions
 * written by the device.
 */
final class DiskOperations implements AutoCloseable {
    private static final int ENTRIES = 64;
    private static final int SECTOR = BlockRing.SECTOR_BYTES;
    private static final int SECTORS = 4096;
    private static final int MOST_PIECES = 8;
    private static final int MOST_PIECE_SECTORS = 16;

    private final DmaDevice device;
    private final BufferPlaces places;
    private final DeviceTally tally;
    private final CoherentBuffer memory;
    private final BlockRing ring;
    private final BlockDevice disk;
    private long described;
    private long completed;

    /** Allocates the ring. */
    DiskOperations(DmaDevice device, DmaEngine engine, BufferPlaces places, DeviceTally tally, long seed) {
        this.device = device;
        this.places = places;
        this.tally = tally;
        memory = device.allocateCoherent(BlockRing.bytes(ENTRIES));
        ring = new BlockRing(memory.segment(), ENTRIES);
        disk = new BlockDevice(engine, SECTORS, seed);
        disk.setRing(memory.dmaAddress().value(), ENTRIES);
    }

    /** One request: some pieces of whole sectors, to the disk or from it. */
    void request(RandomGenerator random, long seed) {
        boolean write = random.nextBoolean();
        ScatterList list = new ScatterList();
        long[] pieces = new long[random.nextInt(1, MOST_PIECES + 1)];
        long total = 0;
        for (int i = 0; i < pieces.length; i++) {
            long bytes = (long) SECTOR * random.nextInt(1, MOST_PIECE_SECTORS + 1);
            pieces[i] = places.place(random, bytes, SECTOR);
            // Pieces of one list may overlap by chance; what a device reads from or writes to them would depend on its
            // order.
            if (overlaps(list, pieces[i], bytes)) {
                continue;
            }
            SimPattern.fill(places.segment(pieces[i], bytes), seed, total);
            list.addPhysical(pieces[i], bytes);
            total += bytes;
        }
        long sector = random.nextLong(SECTORS - total / SECTOR);
        DmaDirection direction = write ? DmaDirection.TO_DEVICE : DmaDirection.FROM_DEVICE;
        int segments = device.mapScatter(list, direction, DmaAttributes.NONE);
        if (segments == 0) {
            Refused refused = list.refusal();
            if (refused != null) {
                tally.refused(refused.code());
            }
            return;
        }
        submit(list, segments, write, sector);
        boolean moved = succeeded(total);
        device.unmapScatter(list, direction, DmaAttributes.NONE);
        tally.mismatchedBytes +=
                !moved ? total : write ? wrongOnDisk(sector, total, seed) : wrongInMemory(list, sector);
    }

    private static boolean overlaps(ScatterList list, long start, long bytes) {
        for (int i = 0; i < list.entries(); i++) {
            if (start < list.entryPhysical(i) + list.entryBytes(i) && list.entryPhysical(i) < start + bytes) {
                return true;
            }
        }
        return false;
    }

    private void submit(ScatterList list, int segments, boolean write, long sector) {
        boolean oneToOne = segments == list.entries();
        for (int i = 0; i < segments; i++) {
            long dma = list.dmaAddress(i);
            int flags = (write ? BlockRing.WRITE : 0) | (i < segments - 1 ? BlockRing.MORE : 0);
            ring.describe(described++, dma, (int) list.dmaBytes(i), flags, 1, sector);
            // A segment that joins several buffers has no physical address of its own: it is translated.
            tally.mapped(oneToOne ? list.entryPhysical(i) : ~dma, dma, list.dmaBytes(i), device.bounceReason(dma));
        }
    }

    private boolean succeeded(long total) {
        if (!disk.doorbell(described)) {
            return false;
        }
        BlockRing.Completion completion = ring.completion(completed++);
        return completion.present() && completion.status() == BlockRing.OK && completion.bytes() == total;
    }

    private long wrongOnDisk(long sector, long total, long seed) {
        long wrong = 0;
        for (long at = 0; at < total; at += SECTOR) {
            wrong += SimPattern.mismatches(MemorySegment.ofArray(disk.sector(sector + at / SECTOR)), seed, at);
        }
        return wrong;
    }

    private long wrongInMemory(ScatterList list, long sector) {
        long wrong = 0;
        long next = sector;
        for (int i = 0; i < list.entries(); i++) {
            for (long at = 0; at < list.entryBytes(i); at += SECTOR) {
                wrong += differing(places.segment(list.entryPhysical(i) + at, SECTOR), disk.sector(next++));
            }
        }
        return wrong;
    }

    private static long differing(MemorySegment memory, byte[] expected) {
        if (memory.mismatch(MemorySegment.ofArray(expected)) < 0) {
            return 0;
        }
        long wrong = 0;
        for (int i = 0; i < expected.length; i++) {
            wrong += memory.get(ValueLayout.JAVA_BYTE, i) == expected[i] ? 0 : 1;
        }
        return wrong;
    }

    @Override
    public void close() {
        memory.close();
    }
}
