package dev.dmaops.machine.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Bytes that tell where they belong: byte i of the pattern of a seed is {@code seed * 31 + i * 7 + (i >> 8) * 13}, modulo 256.
 * Recordings of real kernels are filled with the same.
 */
public final class SimPattern {
    private SimPattern() {}

    /** One byte of a pattern. */
    public static byte at(long seed, long index) {
        return (byte) (seed * 31 + index * 7 + (index >> 8) * 13);
    }

    /** Fills a buffer from the pattern's beginning. */
    public static void fill(MemorySegment buffer, long seed) {
        fill(buffer, seed, 0);
    }

    /**
     * Fills a buffer from the middle of a pattern.
     *
     * @param index the pattern's byte that goes to the buffer's first
     */
    public static void fill(MemorySegment buffer, long seed, long index) {
        long bytes = buffer.byteSize();
        for (long i = 0; i < bytes; i++) {
            buffer.set(ValueLayout.JAVA_BYTE, i, at(seed, index + i));
        }
    }

    /** Bytes of a buffer that differ from the pattern's beginning. */
    public static long mismatches(MemorySegment buffer, long seed) {
        return mismatches(buffer, seed, 0);
    }

    /**
     * Bytes of a buffer that differ from the middle of a pattern.
     *
     * @param index the pattern's byte that the buffer's first should be
     */
    public static long mismatches(MemorySegment buffer, long seed, long index) {
        long wrong = 0;
        long bytes = buffer.byteSize();
        for (long i = 0; i < bytes; i++) {
            wrong += buffer.get(ValueLayout.JAVA_BYTE, i) == at(seed, index + i) ? 0 : 1;
        }
        return wrong;
    }
}
