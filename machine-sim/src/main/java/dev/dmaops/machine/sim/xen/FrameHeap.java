package dev.dmaops.machine.sim.xen;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Xen's free machine frames: a buddy allocator in zones of powers of two (xen/common/page_alloc.c, 4.17).
 *
 * <pre>
 *   zone 1    frames 0 and 1
 *   zone z    frames 2^(z-1) to 2^z - 1: all below a width of z + 12 bits
 * </pre>
 *
 * <p>The highest zone allowed comes first. In a zone the smallest order that fits, of that order the highest block, and of a block
 * that is split the upper half. Blocks are aligned to their length and never join across zones. Not for several threads at once.
 */
final class FrameHeap {
    /** Largest block: 2^18 frames, 1 GiB. */
    static final int MAX_ORDER = 18;

    static final long NO_BLOCK = -1L;

    private static final int FRAME_SHIFT = 12;

    private final List<TreeSet<Long>> free = new ArrayList<>();
    private long freeFrames;

    FrameHeap() {
        for (int order = 0; order <= MAX_ORDER; order++) {
            free.add(new TreeSet<>());
        }
    }

    /** Frees a run of frames of any length. */
    void add(long first, long frames) {
        long at = first;
        long left = frames;
        while (left > 0) {
            int order = Math.min(MAX_ORDER, 63 - Long.numberOfLeadingZeros(left));
            order = Math.min(order, at == 0 ? 0 : Long.numberOfTrailingZeros(at));
            free(at, order);
            at += 1L << order;
            left -= 1L << order;
        }
    }

    /**
     * Takes a block.
     *
     * @param addressBits all of it lies below 2^addressBits; 64 for no limit
     * @return its first frame, or {@link #NO_BLOCK}
     */
    long allocate(int order, int addressBits) {
        for (int zone = Math.max(1, Math.min(addressBits - FRAME_SHIFT, 52)); zone >= 1; zone--) {
            for (int from = order; from <= MAX_ORDER; from++) {
                Long block = free.get(from).lower(1L << zone);
                if (block != null && zone(block) == zone) {
                    free.get(from).remove(block);
                    freeFrames -= 1L << order;
                    return split(block, from, order);
                }
            }
        }
        return NO_BLOCK;
    }

    /** Keeps the upper half again and again. */
    private long split(long block, int from, int to) {
        long at = block;
        for (int order = from - 1; order >= to; order--) {
            free.get(order).add(at);
            at += 1L << order;
        }
        return at;
    }

    /** Takes one frame of one's choice; false when it is not free. */
    boolean take(long frame) {
        for (int order = 0; order <= MAX_ORDER; order++) {
            long block = frame & -(1L << order);
            if (free.get(order).remove(block)) {
                for (int half = order - 1; half >= 0; half--) {
                    long upper = block + (1L << half);
                    free.get(half).add(frame >= upper ? block : upper);
                    block = frame >= upper ? upper : block;
                }
                freeFrames--;
                return true;
            }
        }
        return false;
    }

    /** Gives a block back, which joins its buddy when that is free too. */
    void free(long block, int order) {
        freeFrames += 1L << order;
        long at = block;
        int size = order;
        while (size < MAX_ORDER) {
            long buddy = at ^ (1L << size);
            if (zone(buddy) != zone(at) || !free.get(size).remove(buddy)) {
                break;
            }
            at = Math.min(at, buddy);
            size++;
        }
        free.get(size).add(at);
    }

    /** Whether a frame is free. */
    boolean isFree(long frame) {
        for (int order = 0; order <= MAX_ORDER; order++) {
            if (free.get(order).contains(frame & -(1L << order))) {
                return true;
            }
        }
        return false;
    }

    long freeFrames() {
        return freeFrames;
    }

    /** Free frames below a width. */
    long freeFrames(int addressBits) {
        long end = addressBits >= 64 ? Long.MAX_VALUE : 1L << Math.max(0, addressBits - FRAME_SHIFT);
        long count = 0;
        for (int order = 0; order <= MAX_ORDER; order++) {
            count += (long) free.get(order).headSet(end).size() << order;
        }
        return count;
    }

    /** The free frames counted block by block: for checks. */
    long countedFrames() {
        long count = 0;
        for (int order = 0; order <= MAX_ORDER; order++) {
            count += (long) free.get(order).size() << order;
        }
        return count;
    }

    private static int zone(long frame) {
        return frame == 0 ? 1 : 64 - Long.numberOfLeadingZeros(frame);
    }
}
