package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a mapping, at its first slot. Linux writes the original's address and what is left of the allocation into
 * every slot; here both follow from the first slot's record and the distance to it.
 *
 * <pre>
 *   words[4·head]      address of the original
 *   words[4·head + 1]  bytes mapped
 *   words[4·head + 2]  bytes allocated, with the offset in front and the rounding behind
 *   words[4·head + 3]  bit 0-7 slots · 8-15 padding slots · 16-26 offset in the slot · 28-29 direction · 32-39 reason + 1
 * </pre>
 *
 * <p>A record belongs to whoever holds the slots; it is written after they were taken and read until they are given back.
 */
final class SlotRecords {
    private static final int DIRECTION_SHIFT = 28;
    private static final int REASON_SHIFT = 32;
    private static final long NO_ORIGINAL = 3L << DIRECTION_SHIFT;
    private static final BounceReason[] REASONS = BounceReason.values();
    private static final DmaDirection[] DIRECTIONS = DmaDirection.values();

    private final long[] words;
    private final @Nullable MemorySegment[] memory;

    SlotRecords(int slots) {
        words = new long[4 * slots];
        memory = new @Nullable MemorySegment[slots];
    }

    /** A streaming mapping. */
    void write(
            int head,
            long original,
            @Nullable MemorySegment buffer,
            long bytes,
            long allocated,
            int slots,
            int padding,
            int offset,
            DmaDirection direction,
            BounceReason reason) {
        int at = 4 * head;
        words[at] = original;
        words[at + 1] = bytes;
        words[at + 2] = allocated;
        words[at + 3] = slots
                | ((long) padding << 8)
                | ((long) offset << 16)
                | ((long) direction.ordinal() << DIRECTION_SHIFT)
                | ((reason.ordinal() + 1L) << REASON_SHIFT);
        if (buffer != null) {
            memory[head] = buffer;
        }
    }

    /** Slots without an original. */
    void write(int head, long bytes, int slots) {
        int at = 4 * head;
        words[at] = 0;
        words[at + 1] = bytes;
        words[at + 2] = bytes;
        words[at + 3] = slots | NO_ORIGINAL;
    }

    /** Forgets memory that has no physical address, so that it can be collected. */
    void forgetMemory(int head) {
        if (memory[head] != null) {
            memory[head] = null;
        }
    }

    long original(int head) {
        return words[4 * head];
    }

    /** The buffer when it has no physical address, else null. */
    @Nullable
    MemorySegment memory(int head) {
        return memory[head];
    }

    long bytes(int head) {
        return words[4 * head + 1];
    }

    long allocated(int head) {
        return words[4 * head + 2];
    }

    int slots(int head) {
        return (int) words[4 * head + 3] & 0xff;
    }

    /** Slots in front of the mapping's first byte. */
    int padding(int head) {
        return (int) (words[4 * head + 3] >>> 8) & 0xff;
    }

    /** Where in its slot the mapping's first byte is. */
    int offset(int head) {
        return (int) (words[4 * head + 3] >>> 16) & 0x7ff;
    }

    /** Whether there is an original to copy from and to. */
    boolean hasOriginal(int head) {
        return (words[4 * head + 3] & NO_ORIGINAL) != NO_ORIGINAL;
    }

    boolean hasDirection(int head, DmaDirection direction) {
        return ((words[4 * head + 3] >>> DIRECTION_SHIFT) & 3) == direction.ordinal();
    }

    DmaDirection direction(int head) {
        return DIRECTIONS[(int) ((words[4 * head + 3] >>> DIRECTION_SHIFT) & 3)];
    }

    @Nullable
    BounceReason reason(int head) {
        int reason = (int) (words[4 * head + 3] >>> REASON_SHIFT);
        return reason == 0 ? null : REASONS[reason - 1];
    }
}
