package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/** Scatter lists, through a driver for a disk: data wherever in RAM. */
final class DiskOperations implements AutoCloseable {
    private static final int SECTOR = DiskDriver.SECTOR;
    private static final int MOST_PIECES = 8;
    private static final int MOST_PIECE_SECTORS = 16;

    private final DmaDevice device;
    private final BufferPlaces places;
    private final DeviceTally tally;
    private final DiskDriver disk;

    /** Allocates the ring. */
    DiskOperations(DmaDevice device, DmaEngine engine, BufferPlaces places, DeviceTally tally, long seed) {
        this.device = device;
        this.places = places;
        this.tally = tally;
        disk = new DiskDriver(device, engine, tally, seed);
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
        long sector = random.nextLong(DiskDriver.SECTORS - total / SECTOR);
        DmaDirection direction = write ? DmaDirection.TO_DEVICE : DmaDirection.FROM_DEVICE;
        int segments = device.mapScatter(list, direction, DmaAttributes.NONE);
        if (segments == 0) {
            Refused refused = list.refusal();
            if (refused != null) {
                tally.refused(refused.code());
            }
            return;
        }
        boolean moved = disk.move(list, segments, write, sector, total);
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
            wrong += disk.differing(places.segment(list.entryPhysical(i), list.entryBytes(i)), next);
            next += list.entryBytes(i) / SECTOR;
        }
        return wrong;
    }

    @Override
    public void close() {
        disk.close();
    }
}
