package dev.dmaops.machine.sim.device;

import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.device.BlockRing.Descriptor;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    private @Nullable RingPort ring;

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
        ring = new RingPort(engine, dma, entries);
    }

    /**
     * Doorbell: the descriptors before {@code tail} are filled.
     *
     * @param tail ever growing count of descriptors
     * @return whether the device could read the ring and write its completions; if not it stopped, as broken hardware does
     */
    public boolean doorbell(long tail) {
        RingPort port = ring;
        while (port != null && port.hasBefore(tail)) {
            List<Descriptor> request = port.next(tail);
            if (request.isEmpty() || !execute(port, request)) {
                return false;
            }
        }
        return true;
    }

    private boolean execute(RingPort port, List<Descriptor> request) {
        Descriptor first = request.getFirst();
        long total = request.stream().mapToLong(Descriptor::bytes).sum();
        boolean inside = first.sector() >= 0
                && first.sector() <= sectors
                && total / SECTOR <= sectors - first.sector()
                && total <= Integer.MAX_VALUE;
        if (!inside || total % SECTOR != 0 || request.stream().anyMatch(piece -> piece.bytes() < 0)) {
            return port.complete(0, BlockRing.BAD_REQUEST, first.tag());
        }
        byte[] data = first.write() ? new byte[(int) total] : load(first.sector(), (int) total);
        int moved = port.move(request, data, first.write());
        if (first.write()) {
            store(first.sector(), data, moved / SECTOR);
        }
        return port.complete(moved, moved == data.length ? BlockRing.OK : BlockRing.BUS_ERROR, first.tag());
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
