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
 *   words[2·head]      address of the original
 *   words[2·head + 1]  0 where no mapping starts, else
 *                      bit 0-18   bytes mapped
 *                      bit 19-20  direction, 3 without an original
 *                      bit 21-38  offset of the first byte mapped: 21-31 in its slot, 32-38 slots of padding
 *                      bit 39-57  bytes allocated: offset in front and rounding behind included
 *                      bit 58-61  reason + 1
 *                      bit 62     the original has no address and is in {@code memory}
 * </pre>
 *
 * <p>A record belongs to whoever holds the slots; it is written after they were taken, and ends under the lock of the area when they
 * are given back. It is also what says that a mapping starts at a slot.
 */
final class SlotRecords {
    private static final int DIRECTION = 19;
    private static final int OFFSET = 21;
    private static final int PADDING = 32;
    private static final int ALLOCATED = 39;
    private static final int REASON = 58;
    private static final long BYTES_MASK = (1L << DIRECTION) - 1;
    private static final long OFFSET_MASK = (1L << (ALLOCATED - OFFSET)) - 1;
    private static final long NO_ORIGINAL = 3L << DIRECTION;
    private static final long IN_MEMORY = 1L << 62;

    /** What unmap's arguments determine, and with it that there is no padding. */
    private static final long UNMAP_MASK = (1L << ALLOCATED) - 1;

    private static final BounceReason[] REASONS = BounceReason.values();
    private static final DmaDirection[] DIRECTIONS = DmaDirection.values();

    private final long[] words;
    private final @Nullable MemorySegment[] memory;

    SlotRecords(int slots) {
        words = new long[2 * slots];
        memory = new @Nullable MemorySegment[slots];
    }

    /**
     * What is remembered of a streaming mapping besides its original.
     *
     * @param offset of the first byte mapped from the first slot's first byte
     */
    static long word(
            @Nullable MemorySegment buffer,
            long bytes,
            long allocated,
            long offset,
            DmaDirection direction,
            BounceReason reason) {
        return bytes
                | ((long) direction.ordinal() << DIRECTION)
                | (offset << OFFSET)
                | (allocated << ALLOCATED)
                | ((reason.ordinal() + 1L) << REASON)
                | (buffer == null ? 0 : IN_MEMORY);
    }

    /** A streaming mapping starts. */
    void write(int head, long original, @Nullable MemorySegment buffer, long word) {
        if (buffer != null) {
            memory[head] = buffer;
        }
        words[2 * head] = original;
        words[2 * head + 1] = word;
    }

    /** Slots without an original. */
    void write(int head, long bytes) {
        words[2 * head] = 0;
        words[2 * head + 1] = bytes | NO_ORIGINAL | (bytes << ALLOCATED);
    }

    /** No mapping starts there any more. */
    void end(int head) {
        words[2 * head + 1] = 0;
    }

    /** Whether a mapping starts at a slot. */
    boolean isHead(int slot) {
        return words[2 * slot + 1] != 0;
    }

    /**
     * The first slot of the mapping that a slot may belong to: the nearest head at or below it in its set, or -1. Sound without the
     * lock for the owner of a mapping: no record between its head and its other slots begins or ends while it lives.
     */
    int headOf(int slot) {
        int setStart = slot & -SlotGeometry.SET_SLOTS;
        for (int head = slot; head >= setStart; head--) {
            if (isHead(head)) {
                return head;
            }
        }
        return -1;
    }

    /** Forgets memory that has no physical address, so that it can be collected. */
    void forgetMemory(int head) {
        if ((words[2 * head + 1] & IN_MEMORY) != 0) {
            memory[head] = null;
        }
    }

    long original(int head) {
        return words[2 * head];
    }

    /** The buffer when it has no physical address, else null. */
    @Nullable
    MemorySegment memory(int head) {
        return (words[2 * head + 1] & IN_MEMORY) != 0 ? memory[head] : null;
    }

    /** Whether memory is kept for a slot, live or not: for invariants. */
    boolean keepsMemory(int slot) {
        return memory[slot] != null;
    }

    /** Everything but the address: for {@link #matches}, {@link #isInMemory} and {@link #slotsOf}. */
    long word(int head) {
        return words[2 * head + 1];
    }

    /** Whether a mapping has no padding and was made with these arguments. */
    static boolean matches(long word, int inSlot, long bytes, DmaDirection direction) {
        long expected = bytes | ((long) direction.ordinal() << DIRECTION) | ((long) inSlot << OFFSET);
        return (bytes & ~BYTES_MASK) == 0 && (word & UNMAP_MASK) == expected;
    }

    /** Whether the original has no address. */
    static boolean isInMemory(long word) {
        return (word & IN_MEMORY) != 0;
    }

    /** From the first slot's first byte to the first byte mapped. */
    static long offsetOf(long word) {
        return (word >>> OFFSET) & OFFSET_MASK;
    }

    /** Slots of the allocation. */
    static int slotsOf(long word) {
        return (int) ((((word >>> ALLOCATED) & BYTES_MASK) + SlotGeometry.SLOT_MASK) >>> SlotGeometry.SLOT_SHIFT);
    }

    long bytes(int head) {
        return words[2 * head + 1] & BYTES_MASK;
    }

    long allocated(int head) {
        return (words[2 * head + 1] >>> ALLOCATED) & BYTES_MASK;
    }

    int slots(int head) {
        return slotsOf(word(head));
    }

    /** Slots in front of the mapping's first byte. */
    int padding(int head) {
        return (int) (words[2 * head + 1] >>> PADDING) & 0x7f;
    }

    /** Where in its slot the mapping's first byte is. */
    int offset(int head) {
        return (int) (words[2 * head + 1] >>> OFFSET) & SlotGeometry.SLOT_MASK;
    }

    /** Whether there is an original to copy from and to. */
    boolean hasOriginal(int head) {
        return (words[2 * head + 1] & NO_ORIGINAL) != NO_ORIGINAL;
    }

    /** The direction of a mapping that has an original. */
    DmaDirection direction(int head) {
        return DIRECTIONS[(int) (words[2 * head + 1] >>> DIRECTION) & 3];
    }

    @Nullable
    BounceReason reason(int head) {
        int reason = (int) (words[2 * head + 1] >>> REASON) & 0xf;
        return reason == 0 ? null : REASONS[reason - 1];
    }
}
