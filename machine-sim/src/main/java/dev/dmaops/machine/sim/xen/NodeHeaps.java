package dev.dmaops.machine.sim.xen;

import java.util.List;
import java.util.stream.Stream;

/**
 * Xen's free machine frames, a {@link FrameHeap} for each node (get_free_buddy in xen/common/page_alloc.c, 4.17).
 *
 * <p>One node is searched through all of its zones before the next. Without a wish node 0 comes first, as for a CPU there. Not for
 * several threads at once.
 */
final class NodeHeaps {
    private final NodeLayout layout;
    private final List<FrameHeap> heaps;

    NodeHeaps(NodeLayout layout) {
        this.layout = layout;
        heaps = Stream.generate(FrameHeap::new).limit(layout.nodes()).toList();
    }

    /** Frees a run of frames of any length. */
    void add(long first, long frames) {
        long end = first + frames;
        for (long at = first; at < end; at = Math.min(end, layout.endOf(at))) {
            heapOf(at).add(at, Math.min(end, layout.endOf(at)) - at);
        }
    }

    /** Takes a block of one node, below 2^addressBits; its first frame, or {@link FrameHeap#NO_BLOCK}. */
    long allocate(int order, int addressBits, NodeWish wish) {
        int nodes = heaps.size();
        boolean known = wish.node() >= 0 && wish.node() < nodes;
        if (wish.exact()) {
            return known ? heaps.get(wish.node()).allocate(order, addressBits) : FrameHeap.NO_BLOCK;
        }
        for (int i = 0; i < nodes; i++) {
            int node = ((known ? wish.node() : 0) + i) % nodes;
            long block = heaps.get(node).allocate(order, addressBits);
            if (block != FrameHeap.NO_BLOCK) {
                return block;
            }
        }
        return FrameHeap.NO_BLOCK;
    }

    /** Takes one frame of one's choice; false when it is not free. */
    boolean take(long frame) {
        return heapOf(frame).take(frame);
    }

    /** Gives one frame back to its node. */
    void free(long frame) {
        heapOf(frame).free(frame, 0);
    }

    boolean isFree(long frame) {
        return heapOf(frame).isFree(frame);
    }

    long freeFrames() {
        return heaps.stream().mapToLong(FrameHeap::freeFrames).sum();
    }

    /** Free frames below a width. */
    long freeFrames(int addressBits) {
        return heaps.stream().mapToLong(heap -> heap.freeFrames(addressBits)).sum();
    }

    /** The free frames counted block by block: for checks. */
    long countedFrames() {
        return heaps.stream().mapToLong(FrameHeap::countedFrames).sum();
    }

    private FrameHeap heapOf(long frame) {
        return heaps.get(layout.nodeOf(frame));
    }
}
