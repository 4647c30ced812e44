package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.BusFrames;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Numbers by frame, any frame, in pieces of 4096 that exist once something was put there. Its owner sees to threads. */
final class SparseLongs {
    private static final int SHIFT = 12;
    private static final int MASK = (1 << SHIFT) - 1;

    private final Map<Long, long[]> pieces = new HashMap<>();

    /** What was put there last, or {@link BusFrames#NO_FRAME}. */
    long at(long frame) {
        long[] piece = pieces.get(frame >>> SHIFT);
        return piece == null ? BusFrames.NO_FRAME : piece[(int) frame & MASK];
    }

    void set(long frame, long value) {
        pieces.computeIfAbsent(frame >>> SHIFT, any -> empty())[(int) frame & MASK] = value;
    }

    private static long[] empty() {
        long[] piece = new long[MASK + 1];
        Arrays.fill(piece, BusFrames.NO_FRAME);
        return piece;
    }
}
