package dev.dmaops.machine.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** The bytes of a namespace; blocks that were never written hold zeroes and cost nothing. */
final class NvmeDisk {
    /** Size of a block in bytes. */
    static final int BLOCK = 512;

    /** Blocks are kept in runs of 64 KiB: a large transfer looks up few of them. */
    private static final int RUN = 64 << 10;

    private static final int RUN_BLOCKS = RUN / BLOCK;

    private final Map<Long, byte[]> written = new HashMap<>();
    private final long blocks;

    NvmeDisk(long blocks) {
        this.blocks = blocks;
    }

    long blocks() {
        return blocks;
    }

    boolean holds(long first, long count) {
        return first >= 0 && count <= blocks && first <= blocks - count;
    }

    void read(long first, MemorySegment into) {
        long length;
        for (long at = 0; at < into.byteSize(); at += length) {
            long block = first + at / BLOCK;
            long inside = block % RUN_BLOCKS * BLOCK;
            length = Math.min(RUN - inside, into.byteSize() - at);
            byte[] run = written.get(block / RUN_BLOCKS);
            if (run == null) {
                into.asSlice(at, length).fill((byte) 0);
            } else {
                MemorySegment.copy(MemorySegment.ofArray(run), inside, into, at, length);
            }
        }
    }

    void write(long first, MemorySegment from) {
        long length;
        for (long at = 0; at < from.byteSize(); at += length) {
            long block = first + at / BLOCK;
            long inside = block % RUN_BLOCKS * BLOCK;
            length = Math.min(RUN - inside, from.byteSize() - at);
            byte[] run = written.computeIfAbsent(block / RUN_BLOCKS, number -> new byte[RUN]);
            MemorySegment.copy(from, at, MemorySegment.ofArray(run), inside, length);
        }
    }
}
