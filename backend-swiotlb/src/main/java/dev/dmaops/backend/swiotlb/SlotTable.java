package dev.dmaops.backend.swiotlb;

import static dev.dmaops.backend.swiotlb.SlotGeometry.SET_SHIFT;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SET_SLOTS;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_MASK;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_SHIFT;

import java.util.Arrays;

/**
 * Which slots are free: the search and release of kernel/dma/swiotlb.c (6.12), slot for slot, on bitmaps.
 *
 * <pre>
 *   slot      0        1        2 …                127 │ 128 …
 *   bits      four words a set: free slots, two words, │        set bit = free
 *             and first slots of mappings, two words   │
 *   longest   upper bound of the longest free run      │        lowered when a search finds less, raised by a release
 *   classes   per area, bit k·sets + s: set s may have a run of 2^k slots or more
 *   area      ├──────── used, index, lock ────────┤├── …       areaSlots = slots / areas
 * </pre>
 *
 * <p>Linux examines slots one after the other: from the area's index upwards, by 1 until the alignment fits and by {@code stride}
 * from there, and after the area's end from its first slot again until as many slots were counted as the area has. The slots at
 * which it really compares free runs are therefore two arithmetic progressions, one up to the area's end and one from its start;
 * each is searched here a set at a time. The count is kept as Linux keeps it: a last stride past the end of the area is charged to
 * the second progression, which may then miss a few slots that are free and lie right. Masks with holes are not a progression and
 * take the slow way.
 *
 * <p>Areas that do not start at a set (only pools with odd sizes) share the first area's lock, because they share words.
 */
final class SlotTable {
    private static final int CLASSES = 8;
    private static final int PAD = 16;

    /** Alignments up to 64 slots show in one word of a set. */
    private static final long NEAR_MASK = (64L << SLOT_SHIFT) - 1;

    private final int slots;
    private final int areaSlots;
    private final int areaShift;
    private final Area[] areas;
    private final boolean sharedLock;
    private final long[] bits;
    private final byte[] longest;
    private final long[][] classes;
    private final int classWords;
    private final int domainSets;
    private final HighWater highWater = new HighWater(this);

    SlotTable(SlotGeometry geometry) {
        slots = geometry.slots();
        areaSlots = geometry.areaSlots();
        areaShift = Integer.bitCount(areaSlots) == 1 ? Integer.numberOfTrailingZeros(areaSlots) : -1;
        areas = new Area[geometry.areas()];
        Arrays.setAll(areas, i -> new Area());
        int sets = geometry.sets();
        sharedLock = areas.length > 1 && areaSlots % SET_SLOTS != 0;
        for (Area area : areas) {
            area.guard = sharedLock ? areas[0] : area;
        }
        domainSets = sharedLock || areas.length == 1 ? sets : areaSlots >>> SET_SHIFT;
        int domains = sharedLock ? 1 : areas.length;
        classWords = (sets - (domains - 1) * domainSets + 63) >>> 6;
        classes = new long[domains][CLASSES * classWords + 2 * PAD];
        bits = new long[4 * sets];
        longest = new byte[sets];
        for (int set = 0; set < sets; set++) {
            int inSet = Math.min(SET_SLOTS, slots - set * SET_SLOTS);
            bits[4 * set] = SetBits.range(0, inSet);
            bits[4 * set + 1] = SetBits.range(-64, inSet - 64);
            raise(set, inSet);
        }
    }

    /**
     * Takes {@code n} slots in the first area from {@code cpu}'s on that has them, and moves that area's index behind them.
     *
     * @param n slots, 1 to 128
     * @param base DMA address of the pool, cut to the boundary
     * @param allocationMask low bits of the DMA address that must be 0; includes those within a slot
     * @param keepMask bits of the DMA address that must be as in {@code original}; none of {@code allocationMask}
     * @param original address of the original, 0 for none
     * @param boundarySlots slots between two boundaries that no mapping crosses, a power of two
     * @param bytes counted as copied to the device
     * @return the first slot, or -1
     */
    int take(
            int cpu,
            int n,
            long base,
            long allocationMask,
            long keepMask,
            long original,
            long boundarySlots,
            long bytes) {
        long fixed = allocationMask | keepMask;
        if ((original != 0 || keepMask == 0)
                && (fixed & (fixed + 1)) == 0
                && Long.compareUnsigned(fixed, NEAR_MASK) <= 0
                && (base & SLOT_MASK) == 0
                && ((base >>> SLOT_SHIFT) & (boundarySlots - 1)) + slots <= boundarySlots) {
            int phase = (int) (((original & keepMask) - base) >>> SLOT_SHIFT);
            int slot = takeNear(cpu & (areas.length - 1), n, (int) (fixed >>> SLOT_SHIFT), phase, bytes);
            if (slot >= 0) {
                return slot;
            }
        }
        return takeAligned(cpu, n, base, allocationMask, keepMask, original, boundarySlots, bytes);
    }

    /**
     * The common case: there is room in the set where the search of the processor's own area starts. Else -1.
     *
     * @param periodMask slots from one that lies right to the next, less one: below 64
     */
    private int takeNear(int a, int n, int periodMask, int phase, long bytes) {
        Area area = areas[a];
        Area guard = area.guard;
        int slot = -1;
        boolean above = false;
        guard.lock();
        try {
            int from = a * areaSlots + area.index;
            int first = from + ((phase - from) & periodMask);
            int set = first >>> SET_SHIFT;
            if (set < longest.length && n <= areaSlots - area.used) {
                long low = bits[4 * set];
                long high = bits[4 * set + 1];
                if (n > 1) {
                    low = SetBits.runStartsLow(low, high, n);
                    high = SetBits.runStartsHigh(high, n);
                }
                if (periodMask != 0) {
                    long pattern = SetBits.every(periodMask + 1, first & periodMask);
                    low &= pattern;
                    high &= pattern;
                }
                if ((first & 64) == 0) {
                    low &= -1L << first;
                } else {
                    low = 0;
                    high &= -1L << first;
                }
                int bit = low != 0 ? Long.numberOfTrailingZeros(low) : 64 + Long.numberOfTrailingZeros(high);
                int found = (set << SET_SHIFT) + bit;
                if (bit < SET_SLOTS && found < (a + 1) * areaSlots) {
                    slot = found;
                    above = mark(area, a, found, n, bytes, false);
                }
            }
        } finally {
            guard.unlock();
        }
        if (above) {
            highWater.count(area);
        }
        return slot;
    }

    private int takeAligned(
            int cpu,
            int n,
            long base,
            long allocationMask,
            long keepMask,
            long original,
            long boundarySlots,
            long bytes) {
        long shift = SlotGeometry.slotsFor(base);
        if ((base & SLOT_MASK) != 0 || n > boundarySlots) {
            return -1;
        }
        long boundary = (shift & (boundarySlots - 1)) + slots > boundarySlots ? boundarySlots : 0;
        long fixed = original == 0 ? allocationMask : allocationMask | keepMask;
        long larger = Long.compareUnsigned(allocationMask, keepMask) > 0 ? allocationMask : keepMask;
        long stride = (larger >>> SLOT_SHIFT) + 1;
        long period = (fixed >>> SLOT_SHIFT) + 1;
        long step = (stride + period - 1) & -period;
        long phase = ((original == 0 ? 0 : original & keepMask) - base) >>> SLOT_SHIFT;
        boolean regular = (fixed & (fixed + 1)) == 0 && (step & (step - 1)) == 0;
        int start = cpu & (areas.length - 1);
        int a = start;
        do {
            Area area = areas[a];
            Area guard = area.guard;
            int slot = -1;
            boolean above = false;
            guard.lock();
            try {
                if (n <= areaSlots - area.used) {
                    slot = regular
                            ? search(a, area.index, n, period, phase, step, stride, shift, boundary)
                            : searchOneByOne(
                                    a, area.index, n, base, allocationMask, keepMask, original, stride, boundary);
                    if (slot >= 0) {
                        above = mark(area, a, slot, n, bytes, a != start);
                    }
                }
            } finally {
                guard.unlock();
            }
            if (slot >= 0) {
                if (above) {
                    highWater.count(area);
                }
                return slot;
            }
            a = a + 1 >= areas.length ? 0 : a + 1;
        } while (a != start);
        return -1;
    }

    /** Linux's two progressions; see the class comment. */
    private int search(
            int a, int index, int n, long period, long phase, long step, long stride, long shift, long boundary) {
        long areaStart = (long) a * areaSlots;
        long from = areaStart + index;
        long end = areaStart + areaSlots;
        long first = from + ((phase - from) & (period - 1));
        int slot = scan(a, first, end, step, n, shift, boundary);
        if (slot >= 0 || index == 0) {
            return slot;
        }
        long counted = end - from;
        if (first < end) {
            long last = first + ((end - 1 - first) & -step);
            counted = Math.max(counted, last + stride - from);
        }
        long restart = areaStart + ((phase - areaStart) & (period - 1));
        return scan(a, restart, end - counted, step, n, shift, boundary);
    }

    /** The first of {@code first}, {@code first + step} … below {@code limit} with {@code n} free slots, or -1. */
    private int scan(int a, long first, long limit, long step, int n, long shift, long boundary) {
        if (first >= limit) {
            return -1;
        }
        if (step > SET_SLOTS) {
            for (long slot = first; slot < limit; slot += step) {
                if (fits((int) slot, n) && !spans(slot, n, shift, boundary)) {
                    return (int) slot;
                }
            }
            return -1;
        }
        int phase = (int) (first & (step - 1));
        long patternLow = step <= 64 ? SetBits.every((int) step, phase) : SetBits.range(phase, phase + 1);
        long patternHigh = step <= 64 ? patternLow : SetBits.range(phase - 64, phase - 63);
        int lastSet = (int) ((limit - 1) >>> SET_SHIFT);
        int size = 31 - Integer.numberOfLeadingZeros(n);
        int set = nextSet(a, size, (int) (first >>> SET_SHIFT), lastSet);
        while (set >= 0) {
            if ((longest[set] & 0xff) >= n) {
                int slot = scanSet(set, first, limit, n, patternLow, patternHigh, shift, boundary);
                if (slot >= 0) {
                    return slot;
                }
            }
            set = nextSet(a, size, set + 1, lastSet);
        }
        return -1;
    }

    private int scanSet(
            int set, long first, long limit, int n, long patternLow, long patternHigh, long shift, long boundary) {
        long low = bits[4 * set];
        long high = bits[4 * set + 1];
        long startsLow = SetBits.runStartsLow(low, high, n);
        long startsHigh = SetBits.runStartsHigh(high, n);
        if ((startsLow | startsHigh) == 0) {
            lower(set, n - 1);
            return -1;
        }
        int setStart = set << SET_SHIFT;
        int from = (int) Math.max(first - setStart, 0);
        int to = (int) Math.min(limit - setStart, SET_SLOTS);
        startsLow &= patternLow & SetBits.range(from, to);
        startsHigh &= patternHigh & SetBits.range(from - 64, to - 64);
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
            int a,
            int index,
            int n,
            long base,
            long allocationMask,
            long keepMask,
            long original,
            long stride,
            long boundary) {
        long shift = SlotGeometry.slotsFor(base);
        long at = index;
        long counted = 0;
        while (counted < areaSlots) {
            int slot = a * areaSlots + (int) at;
            long address = base + ((long) slot << SLOT_SHIFT);
            boolean aligned =
                    (address & allocationMask) == 0 && (original == 0 || (address & keepMask) == (original & keepMask));
            if (aligned && fits(slot, n) && !spans(slot, n, shift, boundary)) {
                return slot;
            }
            long by = aligned ? stride : 1;
            at = at + by >= areaSlots ? 0 : at + by;
            counted += by;
        }
        return -1;
    }

    private static boolean spans(long slot, int n, long shift, long boundary) {
        return boundary != 0 && ((shift + slot) & (boundary - 1)) + n > boundary;
    }

    private boolean fits(int slot, int n) {
        int set = slot >>> SET_SHIFT;
        return SetBits.runFrom(bits[4 * set], bits[4 * set + 1], slot & (SET_SLOTS - 1)) >= n;
    }

    /** Free slots become used ones or the other way round; they are all alike. */
    private void flip(int set, int bit, int n) {
        if (bit + n <= 64) {
            bits[4 * set] ^= (-1L >>> (64 - n)) << bit;
        } else if (bit >= 64) {
            bits[4 * set + 1] ^= (-1L >>> (64 - n)) << (bit - 64);
        } else {
            bits[4 * set] ^= -1L << bit;
            bits[4 * set + 1] ^= -1L >>> (128 - bit - n);
        }
    }

    /** Takes the slots; whether the area is above its ceiling afterwards. */
    private boolean mark(Area area, int a, int slot, int n, long bytes, boolean fellThrough) {
        int set = slot >>> SET_SHIFT;
        int bit = slot & (SET_SLOTS - 1);
        flip(set, bit, n);
        bits[4 * set + 2 + (bit >>> 6)] |= 1L << bit;
        int next = slot - a * areaSlots + n;
        area.index = next >= areaSlots ? 0 : next;
        area.used += n;
        area.mappings++;
        area.bytesToDevice += bytes;
        if (fellThrough) {
            area.fallThroughs++;
        }
        return area.used > area.ceiling;
    }

    /**
     * Gives {@code n} slots back.
     *
     * @param bytes counted as copied to the CPU
     * @return whether a mapping started there; if not, nothing changed
     */
    boolean release(int head, int n, long bytes) {
        int a = areaIndex(head);
        Area area = areas[a];
        Area guard = area.guard;
        guard.lock();
        try {
            if (!isHead(head)) {
                return false;
            }
            int set = head >>> SET_SHIFT;
            int bit = head & (SET_SLOTS - 1);
            bits[headWordOf(head)] &= ~(1L << head);
            flip(set, bit, n);
            int bound = longest[set] & 0xff;
            if (bound != SET_SLOTS) {
                int run = SetBits.runAround(bits[4 * set], bits[4 * set + 1], bit);
                if (run > bound) {
                    raise(set, run);
                }
            }
            area.used -= n;
            area.bytesToCpu += bytes;
        } finally {
            guard.unlock();
        }
        return true;
    }

    /** The area that a mapping was made in. */
    Area areaOf(int head) {
        return areas[areaIndex(head)];
    }

    private int areaIndex(int slot) {
        return areaShift >= 0 ? slot >>> areaShift : slot / areaSlots;
    }

    private static int headWordOf(int slot) {
        return ((slot >>> SET_SHIFT) << 2) + 2 + ((slot >>> 6) & 1);
    }

    /** Whether a mapping starts at a slot. */
    boolean isHead(int slot) {
        return (bits[headWordOf(slot)] & (1L << slot)) != 0;
    }

    /**
     * The first slot of the mapping that a slot may belong to: the nearest head at or below it in its set, or -1. Sound without the
     * lock for the owner of a mapping: the bits between its head and its other slots do not change while it lives.
     */
    int headOf(int slot) {
        int set = slot >>> SET_SHIFT;
        int bit = slot & (SET_SLOTS - 1);
        long high = bits[4 * set + 3] & SetBits.range(0, bit - 63);
        if (high != 0) {
            return (set << SET_SHIFT) + 127 - Long.numberOfLeadingZeros(high);
        }
        long low = bits[4 * set + 2] & SetBits.range(0, bit + 1);
        return low == 0 ? -1 : (set << SET_SHIFT) + 63 - Long.numberOfLeadingZeros(low);
    }

    /** Whether a slot is free. */
    boolean isFree(int slot) {
        return (bits[headWordOf(slot) - 2] & (1L << slot)) != 0;
    }

    private int domainOf(int set) {
        return Math.min(set / domainSets, classes.length - 1);
    }

    private void raise(int set, int run) {
        int now = longest[set] & 0xff;
        if (run > now) {
            longest[set] = (byte) run;
            flipClasses(set, now, run);
        }
    }

    private void lower(int set, int run) {
        int now = longest[set] & 0xff;
        longest[set] = (byte) run;
        flipClasses(set, run, now);
    }

    private void flipClasses(int set, int lowRun, int highRun) {
        int domain = domainOf(set);
        int at = set - domain * domainSets;
        for (int k = 32 - Integer.numberOfLeadingZeros(lowRun); k < 32 - Integer.numberOfLeadingZeros(highRun); k++) {
            classes[domain][PAD + k * classWords + (at >>> 6)] ^= 1L << at;
        }
    }

    /** The first set from {@code set} to {@code lastSet} that may have a run of 2^size slots, or -1. */
    private int nextSet(int a, int size, int set, int lastSet) {
        if (set > lastSet) {
            return -1;
        }
        int domain = sharedLock ? 0 : a;
        int firstSet = domain * domainSets;
        long[] bits = classes[domain];
        int at = set - firstSet;
        int word = PAD + size * classWords + (at >>> 6);
        long candidates = bits[word] & (-1L << at);
        int lastWord = PAD + size * classWords + ((lastSet - firstSet) >>> 6);
        while (candidates == 0) {
            if (++word > lastWord) {
                return -1;
            }
            candidates = bits[word];
        }
        int found = firstSet + ((word - PAD - size * classWords) << 6) + Long.numberOfTrailingZeros(candidates);
        return found > lastSet ? -1 : found;
    }

    // For reports

    int slots() {
        return slots;
    }

    int areaSlots() {
        return areaSlots;
    }

    Area area(int a) {
        return areas[a];
    }

    int areaCount() {
        return areas.length;
    }

    HighWater highWater() {
        return highWater;
    }

    /** Slots in use. */
    int used() {
        int used = 0;
        for (Area area : areas) {
            used += area.used;
        }
        return used;
    }

    long freeWord(int word) {
        return bits[((word >>> 1) << 2) + (word & 1)];
    }

    int words() {
        return bits.length / 2;
    }

    int longestBound(int set) {
        return longest[set] & 0xff;
    }

    /** Whether the class bits of a set say that it may have a run of 2^k slots. */
    boolean inClass(int set, int k) {
        int domain = domainOf(set);
        int at = set - domain * domainSets;
        return (classes[domain][PAD + k * classWords + (at >>> 6)] & (1L << at)) != 0;
    }

    /** Takes every lock, so that what is read next is one moment. */
    void lockAll() {
        for (int a = 0; a < (sharedLock ? 1 : areas.length); a++) {
            areas[a].lock();
        }
    }

    void unlockAll() {
        for (int a = 0; a < (sharedLock ? 1 : areas.length); a++) {
            areas[a].unlock();
        }
    }
}
