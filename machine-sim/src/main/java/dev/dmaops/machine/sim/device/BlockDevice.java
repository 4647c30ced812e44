package dev.dmaops.machine.sim.device;

import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.device.BlockRing.Completion;
import dev.dmaops.machine.sim.device.BlockRing.Descriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A disk. Its driver puts requests into a {@link BlockRing}, rings the doorbell and finds completions in the ring: the device
 * gets the ring's DMA address once and does the rest by DMA.
 *
 * <p>A sector that was never written holds the {@link SimPattern} of the disk's seed and the sector's number, so that reads can
 * be checked without writing first. The device works while {@link #doorbell} runs. Not for several threads at once.
 */
public final class BlockDevice {
    private static final int SECTOR = BlockRing.SECTOR_BYTES;

    private final DmaEngine engine;
    private final long sectors;
    private final long seed;
    private final Map<Long, byte[]> written = new HashMap<>();
    private long ringDma;
    private int ringEntries;
    private long head;
    private long completed;

    /**
     * A disk that reaches memory through {@code engine}.
     *
     * @param sectors its size, in sectors of 512 bytes
     * @param seed of its first contents
     */
    public BlockDevice(DmaEngine engine, long sectors, long seed) {
        this.engine = engine;
        this.sectors = sectors;
        this.seed = seed;
    }

    /** Registers: where the ring is. Starts at descriptor 0 and completion 0. */
    public void setRing(long dma, int entries) {
        ringDma = dma;
        ringEntries = entries;
        head = 0;
        completed = 0;
    }

    /**
     * Doorbell: the descriptors before {@code tail} are filled.
     *
     * @param tail ever growing count of descriptors
     * @return whether the device could read the ring and write its completions; if not it stopped, as broken hardware does
     */
    public boolean doorbell(long tail) {
        while (head < tail) {
            List<Descriptor> request = new ArrayList<>();
            do {
                MemorySegment bytes = MemorySegment.ofArray(new byte[BlockRing.DESCRIPTOR_BYTES]);
                long at = head % ringEntries * BlockRing.DESCRIPTOR_BYTES;
                if (engine.read(ringDma + at, bytes) < bytes.byteSize()) {
                    return false;
                }
                request.add(BlockRing.descriptor(bytes));
                head++;
            } while (head < tail && request.getLast().more());
            if (!complete(execute(request))) {
                return false;
            }
        }
        return true;
    }

    private boolean complete(Completion completion) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[BlockRing.COMPLETION_BYTES]);
        BlockRing.write(bytes, completion);
        long at = BlockRing.completionAt(ringEntries, completed++);
        return engine.write(ringDma + at, bytes) == bytes.byteSize();
    }

    private Completion execute(List<Descriptor> request) {
        Descriptor first = request.getFirst();
        long total = request.stream().mapToLong(Descriptor::bytes).sum();
        boolean inside = first.sector() >= 0
                && first.sector() <= sectors
                && total / SECTOR <= sectors - first.sector()
                && total <= Integer.MAX_VALUE;
        if (!inside || total % SECTOR != 0 || request.stream().anyMatch(piece -> piece.bytes() < 0)) {
            return new Completion(0, BlockRing.BAD_REQUEST, first.tag(), completed + 1);
        }
        byte[] data = first.write() ? new byte[(int) total] : load(first.sector(), (int) total);
        int moved = move(request, data, first.write());
        if (first.write()) {
            store(first.sector(), data, moved / SECTOR);
        }
        return new Completion(
                moved, moved == data.length ? BlockRing.OK : BlockRing.BUS_ERROR, first.tag(), completed + 1);
    }

    private int move(List<Descriptor> request, byte[] data, boolean write) {
        int done = 0;
        for (Descriptor piece : request) {
            MemorySegment part = MemorySegment.ofArray(data).asSlice(done, piece.bytes());
            long moved = write ? engine.read(piece.dma(), part) : engine.write(piece.dma(), part);
            done += (int) moved;
            if (moved < piece.bytes()) {
                break;
            }
        }
        return done;
    }

    private byte[] load(long sector, int bytes) {
        byte[] data = new byte[bytes];
        for (int at = 0; at < bytes; at += SECTOR) {
            System.arraycopy(sector(sector + at / SECTOR), 0, data, at, SECTOR);
        }
        return data;
    }

    private void store(long sector, byte[] data, int count) {
        for (int i = 0; i < count; i++) {
            byte[] contents = new byte[SECTOR];
            System.arraycopy(data, i * SECTOR, contents, 0, SECTOR);
            written.put(sector + i, contents);
        }
    }

    /** What is in a sector: for tests, past the bus. */
    public byte[] sector(long number) {
        byte[] contents = written.get(number);
        if (contents == null) {
            contents = new byte[SECTOR];
            SimPattern.fill(MemorySegment.ofArray(contents), seed + number);
        }
        return contents.clone();
    }
}
