package dev.dmaops.backend.iommu;

import java.util.Arrays;

/**
 * Disjoint ranges of page frames in ascending order: what of an address space is taken.
 *
 * <p>A range is a number. Neighbours are linked in a list, because an allocation walks downwards from where the last one ended;
 * a treap over the same numbers finds a range by frame. All of it lives in arrays that grow, so that a busy space costs the
 * collector nothing. Range {@link #ANCHOR} stands above every frame and is never removed. Not safe for several threads.
 */
final class BusyRanges {
    /** The range at the very top, frame 2^64 - 1. */
    static final int ANCHOR = 0;

    /** No range. */
    static final int NONE = -1;

    private long[] low;
    private long[] high;
    private int[] below;
    private int[] above;
    private int[] left;
    private int[] right;
    private int[] priority;
    private int used = 1;
    private int spare = NONE;
    private int root = ANCHOR;
    private int size;
    private long seed = 0x9e3779b97f4a7c15L;

    BusyRanges() {
        allocate(64);
        low[ANCHOR] = -1L;
        high[ANCHOR] = -1L;
        below[ANCHOR] = NONE;
        above[ANCHOR] = NONE;
        left[ANCHOR] = NONE;
        right[ANCHOR] = NONE;
        priority[ANCHOR] = Integer.MAX_VALUE;
    }

    private void allocate(int capacity) {
        low = new long[capacity];
        high = new long[capacity];
        below = new int[capacity];
        above = new int[capacity];
        left = new int[capacity];
        right = new int[capacity];
        priority = new int[capacity];
    }

    private void grow() {
        int capacity = low.length * 2;
        low = Arrays.copyOf(low, capacity);
        high = Arrays.copyOf(high, capacity);
        below = Arrays.copyOf(below, capacity);
        above = Arrays.copyOf(above, capacity);
        left = Arrays.copyOf(left, capacity);
        right = Arrays.copyOf(right, capacity);
        priority = Arrays.copyOf(priority, capacity);
    }

    /** Ranges, without the anchor. */
    int size() {
        return size;
    }

    /** First frame of a range. */
    long low(int range) {
        return low[range];
    }

    /** Last frame of a range. */
    long high(int range) {
        return high[range];
    }

    /** The next lower range, or {@link #NONE}. */
    int below(int range) {
        return below[range];
    }

    /** The next higher range; {@link #NONE} above the anchor. */
    int above(int range) {
        return above[range];
    }

    /** Moves a range's first frame down; nothing may lie in between. */
    void lowerTo(int range, long frame) {
        low[range] = frame;
    }

    /** The lowest range that starts at or above a frame; the anchor at worst. */
    int firstFrom(long frame) {
        int best = ANCHOR;
        int at = root;
        while (at != NONE) {
            if (Long.compareUnsigned(low[at], frame) >= 0) {
                best = at;
                at = left[at];
            } else {
                at = right[at];
            }
        }
        return best;
    }

    /** The range that contains a frame, or {@link #NONE}. */
    int containing(long frame) {
        int at = root;
        while (at != NONE) {
            if (Long.compareUnsigned(frame, low[at]) < 0) {
                at = left[at];
            } else if (Long.compareUnsigned(frame, high[at]) > 0) {
                at = right[at];
            } else {
                return at == ANCHOR ? NONE : at;
            }
        }
        return NONE;
    }

    /** Adds a range that overlaps none, directly below {@code next}. */
    int insertBelow(int next, long first, long last) {
        int range = take();
        low[range] = first;
        high[range] = last;
        left[range] = NONE;
        right[range] = NONE;
        priority[range] = nextPriority();
        int under = below[next];
        below[range] = under;
        above[range] = next;
        below[next] = range;
        if (under != NONE) {
            above[under] = range;
        }
        root = insert(root, range);
        size++;
        return range;
    }

    /** Takes a range out; its number may be used again. */
    void remove(int range) {
        int over = above[range];
        int under = below[range];
        below[over] = under;
        if (under != NONE) {
            above[under] = over;
        }
        root = removeFrom(root, range);
        above[range] = spare;
        spare = range;
        size--;
    }

    private int take() {
        if (spare != NONE) {
            int range = spare;
            spare = above[range];
            return range;
        }
        if (used == low.length) {
            grow();
        }
        return used++;
    }

    // Priorities only balance the treap; they never decide where a range goes.
    private int nextPriority() {
        seed ^= seed << 13;
        seed ^= seed >>> 7;
        seed ^= seed << 17;
        return (int) (seed >>> 34);
    }

    private int insert(int top, int range) {
        if (top == NONE) {
            return range;
        }
        if (Long.compareUnsigned(low[range], low[top]) < 0) {
            left[top] = insert(left[top], range);
            return priority[left[top]] > priority[top] ? rotateRight(top) : top;
        }
        right[top] = insert(right[top], range);
        return priority[right[top]] > priority[top] ? rotateLeft(top) : top;
    }

    private int removeFrom(int top, int range) {
        if (top == range) {
            return join(left[top], right[top]);
        }
        if (Long.compareUnsigned(low[range], low[top]) < 0) {
            left[top] = removeFrom(left[top], range);
        } else {
            right[top] = removeFrom(right[top], range);
        }
        return top;
    }

    private int join(int lower, int upper) {
        if (lower == NONE) {
            return upper;
        }
        if (upper == NONE) {
            return lower;
        }
        if (priority[lower] > priority[upper]) {
            right[lower] = join(right[lower], upper);
            return lower;
        }
        left[upper] = join(lower, left[upper]);
        return upper;
    }

    private int rotateRight(int top) {
        int up = left[top];
        left[top] = right[up];
        right[up] = top;
        return up;
    }

    private int rotateLeft(int top) {
        int up = right[top];
        right[top] = left[up];
        left[up] = top;
        return up;
    }
}
