package dev.dmaops.machine.sim.xen;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which machine frame is which node's memory.
 *
 * @param starts nodes by the first frame of each stretch, which goes on to the next; from frame 0 on
 */
record NodeLayout(NavigableMap<Long, Integer> starts) {
    /** All of it node 0's. */
    static final NodeLayout ONE = new NodeLayout(new TreeMap<>()).from(0, 0);

    /** The same, with everything from a frame to the next start another node's. */
    NodeLayout from(long frame, int node) {
        NavigableMap<Long, Integer> more = new TreeMap<>(starts);
        more.put(frame, node);
        return new NodeLayout(more);
    }

    int nodeOf(long frame) {
        return starts.floorEntry(frame).getValue();
    }

    /** Where the stretch of a frame ends: one past its last frame. */
    long endOf(long frame) {
        Long next = starts.higherKey(frame);
        return next == null ? Long.MAX_VALUE : next;
    }

    /** How many nodes there are; they count from 0. */
    int nodes() {
        return starts.values().stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
    }
}
