package dev.dmaops.machine.sim.device;

import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.device.BlockRing.Completion;
import dev.dmaops.machine.sim.device.BlockRing.Descriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The device's side of a {@link BlockRing}: all of it by DMA. Not for several threads at once. */
final class RingPort {
    private final DmaEngine engine;
    private final long ringDma;
    private final int entries;
    private long head;
    private long completed;

    /** Starts at descriptor 0 and completion 0. */
    RingPort(DmaEngine engine, long ringDma, int entries) {
        this.engine = engine;
        this.ringDma = ringDma;
        this.entries = entries;
    }

    /** Whether there are descriptors before {@code tail} that were not read yet. */
    boolean hasBefore(long tail) {
        return head < tail;
    }

    /** The next request, all its descriptors, or none of them when the ring cannot be read. */
    List<Descriptor> next(long tail) {
        List<Descriptor> request = new ArrayList<>();
        do {
            MemorySegment bytes = MemorySegment.ofArray(new byte[BlockRing.DESCRIPTOR_BYTES]);
            long at = head % entries * BlockRing.DESCRIPTOR_BYTES;
            if (engine.read(ringDma + at, bytes) < bytes.byteSize()) {
                return List.of();
            }
            request.add(BlockRing.descriptor(bytes));
            head++;
        } while (head < tail && request.getLast().more());
        return request;
    }

    /** Writes the next completion; false when the ring cannot be written. */
    boolean complete(int moved, int status, int tag) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[BlockRing.COMPLETION_BYTES]);
        BlockRing.write(bytes, new Completion(moved, status, tag, completed + 1));
        long at = BlockRing.completionAt(entries, completed++);
        return engine.write(ringDma + at, bytes) == bytes.byteSize();
    }

    /**
     * Moves data between the device and the buffers of a request, in their order.
     *
     * @param read whether the device reads the buffers
     * @return bytes moved: fewer than {@code data} has when an access failed
     */
    int move(List<Descriptor> request, byte[] data, boolean read) {
        int done = 0;
        for (Descriptor piece : request) {
            int bytes = Math.min(piece.bytes(), data.length - done);
            MemorySegment part = MemorySegment.ofArray(data).asSlice(done, bytes);
            long moved = read ? engine.read(piece.dma(), part) : engine.write(piece.dma(), part);
            done += (int) moved;
            if (moved < bytes) {
                break;
            }
        }
        return done;
    }
}
