package dev.dmaops.backend.iommu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What is mapped where: for the first frame of every mapping how long it is, so that an unmap of something else is noticed before
 * it does harm. Linux trusts its callers here.
 *
 * <pre>
 *   frame = page number | index       table (hash of the page number) → leaf of 512 lengths
 * </pre>
 *
 * <p>Finding a frame is one probe and one array access, without a lock; leaves are made once and stay. Every length
 * has a cache line to itself, because processors hold neighbouring addresses. Any thread may call.
 */
final class MappedLengths {
    /** Nothing is mapped there. */
    static final long NONE = 0;

    /** Part of a value: the addresses are reserved, and what is mapped there is not known here. Larger than any offset. */
    static final long RESERVED = 1L << 16;

    /** Longest mapping that can be remembered, in bytes. */
    static final long LONGEST = (1L << 46) - 1;

    private static final int LEAF_BITS = 9;
    private static final int LINE_SHIFT = 3;
    private static final int OFFSET_BITS = 17;
    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);

    private volatile @Nullable Leaf[] table = new @Nullable Leaf[16];
    private int leaves;

    private static final class Leaf {
        private final long page;
        private final long[] values = new long[1 << (LEAF_BITS + LINE_SHIFT)];

        Leaf(long page) {
            this.page = page;
        }
    }

    /**
     * What is remembered of a mapping.
     *
     * @param bytes its length, at most {@link #LONGEST}
     * @param offset of its first byte in its first granule
     */
    static long value(long bytes, long offset) {
        return bytes << OFFSET_BITS | offset;
    }

    /** The length in a remembered value, in bytes. */
    static long bytes(long value) {
        return value >>> OFFSET_BITS;
    }

    /** The offset in a remembered value. */
    static long offset(long value) {
        return value & ((1L << OFFSET_BITS) - 1);
    }

    /** Whether addresses are reserved there, rather than mapped as one. */
    static boolean isReserved(long value) {
        return (value & RESERVED) != 0;
    }

    /** Remembers a mapping that begins in this frame. */
    void put(long frame, long value) {
        VALUE.setRelease(leaf(frame).values, index(frame), value);
    }

    /** Forgets the mapping in this frame if it is exactly this one; of several threads one succeeds. */
    boolean take(long frame, long value) {
        return VALUE.compareAndSet(leaf(frame).values, index(frame), value, NONE);
    }

    /** What begins in this frame, or {@link #NONE}. */
    long at(long frame) {
        return (long) VALUE.getAcquire(leaf(frame).values, index(frame));
    }

    private static int index(long frame) {
        return ((int) frame & ((1 << LEAF_BITS) - 1)) << LINE_SHIFT;
    }

    private Leaf leaf(long frame) {
        long page = frame >>> LEAF_BITS;
        @Nullable Leaf[] now = table;
        for (int at = slot(page, now.length); ; at = (at + 1) & (now.length - 1)) {
            Leaf leaf = now[at];
            if (leaf == null) {
                return makeLeaf(page);
            }
            if (leaf.page == page) {
                return leaf;
            }
        }
    }

    private static int slot(long page, int length) {
        return (int) ((page * 0x9e3779b97f4a7c15L) >>> 40) & (length - 1);
    }

    private synchronized Leaf makeLeaf(long page) {
        @Nullable Leaf[] now = table;
        if (2 * (leaves + 1) > now.length) {
            now = grown(now);
            table = now;
        }
        int at = slot(page, now.length);
        for (Leaf there = now[at]; there != null; there = now[at]) {
            if (there.page == page) {
                return there;
            }
            at = (at + 1) & (now.length - 1);
        }
        Leaf leaf = new Leaf(page);
        now[at] = leaf;
        leaves++;
        return leaf;
    }

    private static @Nullable Leaf[] grown(@Nullable Leaf[] old) {
        @Nullable Leaf[] larger = new @Nullable Leaf[old.length * 2];
        for (Leaf leaf : old) {
            if (leaf != null) {
                int at = slot(leaf.page, larger.length);
                while (larger[at] != null) {
                    at = (at + 1) & (larger.length - 1);
                }
                larger[at] = leaf;
            }
        }
        return larger;
    }
}
