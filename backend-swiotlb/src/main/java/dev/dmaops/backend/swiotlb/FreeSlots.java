package dev.dmaops.backend.swiotlb;

import static dev.dmaops.backend.swiotlb.SlotGeometry.SET_SHIFT;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SET_SLOTS;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_MASK;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_SHIFT;

/**
 * The slots that one lock guards, and the search for free ones: that of kernel/dma/swiotlb.c (6.12), slot for slot, on bitmaps.
 *
 * <pre>
 *   slot      0        1        2 …                127 │ 128 …       counted from {@link #first}
 *   words     one bit each, two words a set            │             set bit = free
 *   summary   which sets may have a run of some length, {@link SetSummary}
 * </pre>
 *
 * <p>Linux examines slots one after the other: from the area's index upwards, by 1 until the alignment fits and by {@code stride}
 * from there, and after the area's end from its first slot again until as many slots were counted as the area has. The slots at
 * which it really compares free runs are therefore two arithmetic progressions, one up to the area's end and one from its start;
 * each is searched here a set at a time. The count is kept as Linux keeps it: a last stride past the end of the area is charged to
 * the second progression, which may then miss a few slots that are free and lie right. Masks with holes are not a progression and
 * take the slow way.
 */
final class FreeSlots {
    /** Words of used slots in front and behind, two cache lines: they end every search and keep others' words away. */
    private static final int PAD = 16;

    /** Number in the pool of the first of these slots. */
    final int first;

    /** The bits; who holds the lock may read them with {@link #soon} and change them with {@link #flip}. */
    final long[] words;

    private final SetSummary summary;

    /**
     * All free.
     *
     * @param first number in the pool of the first one, at the start of a set
     * @param slots how many
     */
    FreeSlots(int first, int slots) {
        this.first = first;
        summary = new SetSummary(slots);
        words = new long[2 * summary.sets() + 2 * PAD];
        for (int at = 0; at < 2 * summary.sets(); at++) {
            words[PAD + at] = SetBits.range(0, slots - 64 * at);
        }
    }

    /** Whether slots whose low address bits are fixed by a mask come at least every 64, so that they show in one word. */
    static boolean isNear(long mask) {
        return Long.compareUnsigned(mask, (64L << SLOT_SHIFT) - 1) <= 0;
    }

    /**
     * The first run of free slots that lies right, if it is near, or -1. Of one or two slots the next 64 are looked at; no branch
     * depends on where they are, because in a pool in use that cannot be foretold. Of more slots only the first place.
     *
     * @param from the slot from which on to look
     * @param pattern which of 64 slots lie right, and of every other 64
     */
    static int soon(long[] words, int from, int n, long pattern) {
        long right = Long.rotateRight(pattern, from);
        if (n > 2) {
            int slot = from + Long.numberOfTrailingZeros(right);
            int at = PAD + (slot >>> SET_SHIFT << 1);
            return SetBits.runFrom(words[at], words[at + 1], slot & (SET_SLOTS - 1)) >= n ? slot : -1;
        }
        int at = PAD + (from >>> 6);
        long free = words[at] >>> from | words[at + 1] << 1 << ~from;
        if (n == 2) {
            long lastOfSet = (long) ((from >>> 6) & 1) << ~from;
            free &= (free >>> 1) & ~lastOfSet;
        }
        free &= right;
        return free == 0 ? -1 : from + Long.numberOfTrailingZeros(free);
    }

    /** Free slots become used ones or the other way round; they are all alike. */
    static void flip(long[] words, int slot, int n) {
        int at = PAD + (slot >>> 6);
        int bit = slot & 63;
        if (bit + n <= 64) {
            words[at] ^= (-1L >>> (64 - n)) << bit;
        } else {
            words[at] ^= -1L << bit;
            words[at + 1] ^= -1L >>> (128 - bit - n);
        }
    }

    /** Slots from there on were given back. */
    void given(int slot) {
        int set = slot >>> SET_SHIFT;
        if (summary.bound(set) != SET_SLOTS) {
            int at = PAD + 2 * set;
            summary.raise(set, SetBits.runAround(words[at], words[at + 1], slot & (SET_SLOTS - 1)));
        }
    }

    /** Linux's search of an area that has its slots here; see the class comment. */
    int search(Area area, int n, PoolClient client, long allocationMask, long original) {
        long base = client.base + ((long) first << SLOT_SHIFT);
        long boundarySlots = client.boundarySlots;
        if ((base & SLOT_MASK) != 0 || n > boundarySlots) {
            return -1;
        }
        long keepMask = client.keepMask & ~allocationMask;
        long shift = SlotGeometry.slotsFor(base);
        long boundary = client.simple ? 0 : boundarySlots;
        long fixed = original == 0 ? allocationMask : allocationMask | keepMask;
        long larger = Long.compareUnsigned(allocationMask, keepMask) > 0 ? allocationMask : keepMask;
        long stride = (larger >>> SLOT_SHIFT) + 1;
        long period = (fixed >>> SLOT_SHIFT) + 1;
        long step = (stride + period - 1) & -period;
        if ((fixed & (fixed + 1)) != 0 || (step & (step - 1)) != 0) {
            return searchOneByOne(area, n, base, allocationMask, keepMask, original, stride, boundary);
        }
        long phase = ((original == 0 ? 0 : original & keepMask) - base) >>> SLOT_SHIFT;
        long start = area.start;
        long from = start + area.index;
        long end = start + area.slots;
        long right = from + ((phase - from) & (period - 1));
        int slot = scan(right, end, step, n, shift, boundary);
        if (slot >= 0 || from == start) {
            return slot;
        }
        long counted = end - from;
        if (right < end) {
            long last = right + ((end - 1 - right) & -step);
            counted = Math.max(counted, last + stride - from);
        }
        long restart = start + ((phase - start) & (period - 1));
        return scan(restart, end - counted, step, n, shift, boundary);
    }

    /** The first of {@code from}, {@code from + step} … below {@code limit} with {@code n} free slots, or -1. */
    private int scan(long from, long limit, long step, int n, long shift, long boundary) {
        if (from >= limit) {
            return -1;
        }
        if (step > SET_SLOTS) {
            for (long slot = from; slot < limit; slot += step) {
                if (fits((int) slot, n) && !spans(slot, n, shift, boundary)) {
                    return (int) slot;
                }
            }
            return -1;
        }
        int phase = (int) (from & (step - 1));
        long patternLow = step <= 64 ? SetBits.every((int) step, phase) : SetBits.range(phase, phase + 1);
        long patternHigh = step <= 64 ? patternLow : SetBits.range(phase - 64, phase - 63);
        int lastSet = (int) ((limit - 1) >>> SET_SHIFT);
        int set = summary.next(n, (int) (from >>> SET_SHIFT), lastSet);
        while (set >= 0) {
            int slot = scanSet(set, from, limit, n, patternLow, patternHigh, shift, boundary);
            if (slot >= 0) {
                return slot;
            }
            set = summary.next(n, set + 1, lastSet);
        }
        return -1;
    }

    private int scanSet(
            int set, long from, long limit, int n, long patternLow, long patternHigh, long shift, long boundary) {
        long low = word(2 * set);
        long high = word(2 * set + 1);
        long startsLow = SetBits.runStartsLow(low, high, n);
        long startsHigh = SetBits.runStartsHigh(high, n);
        if ((startsLow | startsHigh) == 0) {
            summary.lower(set, n - 1);
            return -1;
        }
        int setStart = set << SET_SHIFT;
        int fromBit = (int) Math.max(from - setStart, 0);
        int toBit = (int) Math.min(limit - setStart, SET_SLOTS);
        startsLow &= patternLow & SetBits.range(fromBit, toBit);
        startsHigh &= patternHigh & SetBits.range(fromBit - 64, toBit - 64);
        while ((startsLow | startsHigh) != 0) {
            int bit;
            if (startsLow != 0) {
                bit = Long.numberOfTrailingZeros(startsLow);
                startsLow &= startsLow - 1;
            } else {
                bit = 64 + Long.numberOfTrailingZeros(startsHigh);
                startsHigh &= startsHigh - 1;
            }
            if (boundary == 0 || !spans(setStart + bit, n, shift, boundary)) {
                return setStart + bit;
            }
        }
        return -1;
    }

    /** Linux's loop as it is, for masks whose slots are no progression. */
    private int searchOneByOne(
            Area area,
            int n,
            long base,
            long allocationMask,
            long keepMask,
            long original,
            long stride,
            long boundary) {
        long shift = SlotGeometry.slotsFor(base);
        long at = area.index;
        long counted = 0;
        while (counted < area.slots) {
            int slot = area.start + (int) at;
            long address = base + ((long) slot << SLOT_SHIFT);
            boolean aligned =
                    (address & allocationMask) == 0 && (original == 0 || (address & keepMask) == (original & keepMask));
            if (aligned && fits(slot, n) && !spans(slot, n, shift, boundary)) {
                return slot;
            }
            long by = aligned ? stride : 1;
            at = at + by >= area.slots ? 0 : at + by;
            counted += by;
        }
        return -1;
    }

    private static boolean spans(long slot, int n, long shift, long boundary) {
        return boundary != 0 && ((shift + slot) & (boundary - 1)) + n > boundary;
    }

    private boolean fits(int slot, int n) {
        int at = slot >>> SET_SHIFT << 1;
        return SetBits.runFrom(word(at), word(at + 1), slot & (SET_SLOTS - 1)) >= n;
    }

    /** Slots {@code 64 * at} and on. */
    long word(int at) {
        return words[PAD + at];
    }

    /** For invariants. */
    SetSummary summary() {
        return summary;
    }
}
