package dev.dmaops.machine.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Bytes that tell where they belong: byte i of the pattern of a seed is {@code seed * 31 + i * 7 + (i >> 8) * 13}, modulo 256.
 * Recordings of real kernels are filled with the same.
 */
public final class SimPattern {
    private static final int PIECE = 4096;

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
        byte[] piece = new byte[(int) Math.min(PIECE, buffer.byteSize())];
        for (long done = 0; done < buffer.byteSize(); done += piece.length) {
            int bytes = (int) Math.min(piece.length, buffer.byteSize() - done);
            write(piece, bytes, seed, index + done);
            MemorySegment.copy(piece, 0, buffer, ValueLayout.JAVA_BYTE, done, bytes);
        }
    }

    private static void write(byte[] piece, int bytes, long seed, long index) {
        for (int i = 0; i < bytes; i++) {
            piece[i] = at(seed, index + i);
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
        byte[] piece = new byte[(int) Math.min(PIECE, buffer.byteSize())];
        MemorySegment expected = MemorySegment.ofArray(piece);
        long wrong = 0;
        for (long done = 0; done < buffer.byteSize(); done += piece.length) {
            int bytes = (int) Math.min(piece.length, buffer.byteSize() - done);
            write(piece, bytes, seed, index + done);
            if (MemorySegment.mismatch(buffer, done, done + bytes, expected, 0, bytes) >= 0) {
                wrong += count(buffer, done, piece, bytes);
            }
        }
        return wrong;
    }

    private static long count(MemorySegment buffer, long offset, byte[] piece, int bytes) {
        long wrong = 0;
        for (int i = 0; i < bytes; i++) {
            wrong += buffer.get(ValueLayout.JAVA_BYTE, offset + i) == piece[i] ? 0 : 1;
        }
        return wrong;
    }
}
