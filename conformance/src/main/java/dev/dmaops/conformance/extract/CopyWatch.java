package dev.dmaops.conformance.extract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds out what a copy did by the bytes alone: the source is filled with noise, the target with what no byte of the source is, and
 * afterwards the changed stretch of the target is looked up in the source.
 */
final class CopyWatch {
    private static final long SLOT = 2048;
    private static final int NOISE_SEED = 20_210_917;

    /**
     * A copy.
     *
     * @param source first byte that was read; -1 when nothing was copied
     * @param target first byte that was written; -1 when nothing was copied
     * @param bytes how many
     */
    record Copy(long source, long target, long bytes) {}

    private final SlotPlatform platform;
    private final long original;
    private final long slots;
    private final long originalFirst;
    private final long originalBytes;
    private final long slotsFirst;
    private final long slotsBytes;

    /**
     * Watches one mapping.
     *
     * @param alignMask what its length was rounded up by: a copy may go as far
     */
    CopyWatch(SlotPlatform platform, long original, long tlb, long bytes, long alignMask) {
        this.platform = platform;
        this.original = original;
        this.slots = tlb;
        long margin = margin(alignMask);
        originalFirst = original - margin;
        originalBytes = bytes + 2 * margin;
        slotsFirst = Math.max(platform.pool().start(), tlb - margin);
        slotsBytes = Math.min(platform.pool().start() + platform.pool().bytes(), tlb + bytes + margin) - slotsFirst;
    }

    /** How far from a mapping a copy may begin and end, in bytes. */
    static long margin(long alignMask) {
        return SLOT + alignMask + 1;
    }

    Copy during(boolean toDevice, Runnable copying) {
        long sourceFirst = toDevice ? originalFirst : slotsFirst;
        long targetFirst = toDevice ? slotsFirst : originalFirst;
        MemorySegment source = segment(sourceFirst, toDevice ? originalBytes : slotsBytes);
        MemorySegment target = segment(targetFirst, toDevice ? slotsBytes : originalBytes);
        byte[] noise = new byte[(int) source.byteSize()];
        new SplittableRandom(NOISE_SEED).nextBytes(noise);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = noise[i] == 0 ? 1 : noise[i];
        }
        MemorySegment.copy(noise, 0, source, ValueLayout.JAVA_BYTE, 0, noise.length);
        target.fill((byte) 0);
        copying.run();
        byte[] after = target.toArray(ValueLayout.JAVA_BYTE);
        int first = 0;
        while (first < after.length && after[first] == 0) {
            first++;
        }
        int end = after.length;
        while (end > first && after[end - 1] == 0) {
            end--;
        }
        if (first == end) {
            return new Copy(-1, -1, 0);
        }
        long distance = toDevice ? original - slots : slots - original;
        long expected = targetFirst + first + distance - sourceFirst;
        int found = find(noise, Arrays.copyOfRange(after, first, end), expected);
        return new Copy(found < 0 ? -1 : sourceFirst + found, targetFirst + first, end - first);
    }

    private MemorySegment segment(long physical, long bytes) {
        return platform.replay().machine().memory().segment(physical, bytes);
    }

    /** Where the piece is in the noise; short pieces may be in several places, and then the one in line with the mapping counts. */
    private static int find(byte[] noise, byte[] piece, long inLine) {
        if (inLine >= 0 && inLine + piece.length <= noise.length && isAt(noise, piece, (int) inLine)) {
            return (int) inLine;
        }
        for (int at = 0; at + piece.length <= noise.length; at++) {
            if (isAt(noise, piece, at)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isAt(byte[] noise, byte[] piece, int at) {
        return Arrays.equals(noise, at, at + piece.length, piece, 0, piece.length);
    }
}
