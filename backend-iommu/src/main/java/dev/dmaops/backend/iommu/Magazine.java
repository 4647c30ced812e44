package dev.dmaops.backend.iommu;

/** A stack of freed range starts, all of one size class. Linked into the depot when full. */
final class Magazine {
    /** Entries of a full magazine (6.1 and later). */
    static final int CAPACITY = 127;

    private final long[] frames = new long[CAPACITY];
    private int size;
    private Magazine next = this;

    boolean isEmpty() {
        return size == 0;
    }

    boolean isFull() {
        return size == CAPACITY;
    }

    void push(long frame) {
        frames[size++] = frame;
    }

    /** Takes the newest entry that is not above the limit, or {@link IovaTree#NONE}. */
    long pop(long lastStart) {
        for (int i = size - 1; i >= 0; i--) {
            if (Long.compareUnsigned(frames[i], lastStart) <= 0) {
                long frame = frames[i];
                frames[i] = frames[--size];
                return frame;
            }
        }
        return IovaTree.NONE;
    }

    /** Empties it into the tree, in the order of entry. */
    void drain(IovaTree tree) {
        for (int i = 0; i < size; i++) {
            tree.free(frames[i]);
        }
        size = 0;
    }

    Magazine next() {
        return next;
    }

    void next(Magazine magazine) {
        next = magazine;
    }
}
