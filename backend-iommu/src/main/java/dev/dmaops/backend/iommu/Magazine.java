package dev.dmaops.backend.iommu;

/**
 * A stack of freed range starts, all of one size class. Linked into the depot when full.
 *
 * <p>The size is kept among the starts, away from both ends of the array: one processor at a time works with a magazine, and what
 * others have shares no cache line with it.
 */
final class Magazine {
    /** Entries of a full magazine (6.1 and later). */
    static final int CAPACITY = 127;

    private static final int SIZE = Spin.LINE;
    private static final int FIRST = SIZE + 1;

    private final long[] words = new long[FIRST + CAPACITY + Spin.LINE];
    private Magazine next = this;

    boolean isEmpty() {
        return words[SIZE] == 0;
    }

    boolean isFull() {
        return words[SIZE] == CAPACITY;
    }

    void push(long frame) {
        int size = (int) words[SIZE];
        words[FIRST + size] = frame;
        words[SIZE] = size + 1L;
    }

    /** Takes the newest entry that is not above the limit, or {@link IovaTree#NONE}. */
    long pop(long lastStart) {
        int size = (int) words[SIZE];
        for (int at = FIRST + size - 1; at >= FIRST; at--) {
            if (Long.compareUnsigned(words[at], lastStart) <= 0) {
                long frame = words[at];
                words[at] = words[FIRST + size - 1];
                words[SIZE] = size - 1L;
                return frame;
            }
        }
        return IovaTree.NONE;
    }

    /** Empties it into the tree, in the order of entry. */
    void drain(IovaTree tree) {
        int size = (int) words[SIZE];
        for (int at = FIRST; at < FIRST + size; at++) {
            tree.free(words[at]);
        }
        words[SIZE] = 0;
    }

    Magazine next() {
        return next;
    }

    void next(Magazine magazine) {
        next = magazine;
    }
}
