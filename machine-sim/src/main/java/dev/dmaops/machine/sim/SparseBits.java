package dev.dmaops.machine.sim;

import org.jspecify.annotations.Nullable;

/**
 * A set of numbers from 0 to a fixed bound, found again in ascending order, that costs what is in it.
 *
 * <pre>
 *   roots   one bit per chunk:  has it any member?
 *   words   one bit per word of a chunk
 *   chunks  64 words of 64 members; absent while nothing was ever added
 * </pre>
 */
final class SparseBits {
    private static final int CHUNK_SHIFT = 12;

    private final long[] @Nullable [] chunks;
    private final long[] words;
    private final long[] roots;

    /** An empty set for members below {@code bound}. */
    SparseBits(long bound) {
        int count = Math.toIntExact((bound >>> CHUNK_SHIFT) + 1);
        chunks = new long[count][];
        words = new long[count];
        roots = new long[(count >>> 6) + 1];
    }

    boolean contains(long member) {
        long[] chunk = chunks[(int) (member >>> CHUNK_SHIFT)];
        return chunk != null && (chunk[(int) (member >>> 6) & 63] & 1L << member) != 0;
    }

    void add(long member) {
        int at = (int) (member >>> CHUNK_SHIFT);
        long[] chunk = chunks[at];
        if (chunk == null) {
            chunk = new long[64];
            chunks[at] = chunk;
        }
        chunk[(int) (member >>> 6) & 63] |= 1L << member;
        words[at] |= 1L << (member >>> 6);
        roots[at >>> 6] |= 1L << at;
    }

    void remove(long member) {
        int at = (int) (member >>> CHUNK_SHIFT);
        long[] chunk = chunks[at];
        if (chunk == null) {
            return;
        }
        int word = (int) (member >>> 6) & 63;
        chunk[word] &= ~(1L << member);
        if (chunk[word] == 0) {
            words[at] &= ~(1L << word);
            if (words[at] == 0) {
                roots[at >>> 6] &= ~(1L << at);
            }
        }
    }

    /** The lowest member from {@code from} on and below {@code end}, or -1. */
    long next(long from, long end) {
        if (from >= end) {
            return -1;
        }
        long found = nextInChunk((int) (from >>> CHUNK_SHIFT), from);
        if (found < 0) {
            int at = nextChunk((int) (from >>> CHUNK_SHIFT) + 1);
            found = at < 0 ? -1 : nextInChunk(at, (long) at << CHUNK_SHIFT);
        }
        return found < end ? found : -1;
    }

    private long nextInChunk(int at, long from) {
        long[] chunk = at < chunks.length ? chunks[at] : null;
        if (chunk == null) {
            return -1;
        }
        int word = (int) (from >>> 6) & 63;
        long bits = chunk[word] & -1L << from;
        if (bits == 0) {
            long rest = word == 63 ? 0 : words[at] & -1L << (word + 1);
            if (rest == 0) {
                return -1;
            }
            word = Long.numberOfTrailingZeros(rest);
            bits = chunk[word];
        }
        return ((long) at << CHUNK_SHIFT) + ((long) word << 6) + Long.numberOfTrailingZeros(bits);
    }

    private int nextChunk(int from) {
        int root = from >>> 6;
        long mask = -1L << from;
        for (; root < roots.length; root++) {
            long bits = roots[root] & mask;
            if (bits != 0) {
                return (root << 6) + Long.numberOfTrailingZeros(bits);
            }
            mask = -1L;
        }
        return -1;
    }
}
