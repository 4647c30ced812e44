package dev.dmaops.trace.event;

import java.util.Arrays;

/** Numbers of a list in braces; filled again and again. */
final class LongList {
    private static final int FIRST = 128;

    private long[] values = new long[FIRST];
    private int size;

    void clear() {
        size = 0;
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    long get(int index) {
        return values[index];
    }

    long[] copy() {
        return Arrays.copyOf(values, size);
    }

    /** The same numbers in the same order, most likely. */
    long hash() {
        long hash = size;
        for (int i = 0; i < size; i++) {
            hash = (hash ^ values[i]) * 0x9e37_79b9_7f4a_7c15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }
}
