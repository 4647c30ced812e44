package dev.dmaops.machine.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** The bytes of a namespace; blocks that were never written hold zeroes and cost nothing. */
final class NvmeDisk {
    /** Size of a block in bytes. */
    static final int BLOCK = 512;

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
        for (long at = 0; at < into.byteSize(); at += BLOCK) {
            byte[] block = written.get(first + at / BLOCK);
            if (block == null) {
                into.asSlice(at, BLOCK).fill((byte) 0);
            } else {
                MemorySegment.copy(MemorySegment.ofArray(block), 0, into, at, BLOCK);
            }
        }
    }

    void write(long first, MemorySegment from) {
        for (long at = 0; at < from.byteSize(); at += BLOCK) {
            byte[] block = written.computeIfAbsent(first + at / BLOCK, number -> new byte[BLOCK]);
            MemorySegment.copy(from, at, MemorySegment.ofArray(block), 0, BLOCK);
        }
    }
}
