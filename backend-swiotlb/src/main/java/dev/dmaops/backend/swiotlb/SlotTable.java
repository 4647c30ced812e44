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
 *   bits      one bit each, two words a set            │        set bit = free
 *   summary   which sets may have a run of some length, {@link SetSummary}
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
    /** Alignments up to 64 slots show in one word of a set. */
    private static final long NEAR_MASK = (64L << SLOT_SHIFT) - 1;

    private static final int PAD_SHIFT = 4;
    private static final int PAD = 1 << PAD_SHIFT;

    private final int slots;
    private final int areaSlots;
    private final int areaShift;
    private final Area[] areas;
    /** Whose lock guards an area: its own, or the first area's. */
    private final Area[] guards;

    private final boolean sharedLock;
    /** Each area's words with two cache lines of used slots in front and behind, which also end every search. */
    private final long[] bits;

    /** 0 where nothing lies between areas: there is only one, or they share words; else -1. */
    private final int gapMask;

    private final SetSummary summary;
    private final HighWater highWater = new HighWater(this);

    SlotTable(SlotGeometry geometry) {
        slots = geometry.slots();
        areaSlots = geometry.areaSlots();
        areaShift = Integer.bitCount(areaSlots) == 1 ? Integer.numberOfTrailingZeros(areaSlots) : -1;
        areas = new Area[geometry.areas()];
        Arrays.setAll(areas, i -> new Area());
        sharedLock = areas.length > 1 && areaSlots % SET_SLOTS != 0;
        guards = new Area[areas.length];
        Arrays.setAll(guards, i -> areas[sharedLock ? 0 : i]);
        summary = new SetSummary(geometry, sharedLock ? 1 : areas.length);
        gapMask = sharedLock || areas.length == 1 ? 0 : -1;
        bits = new long[2 * geometry.sets() + (areas.length + 2) * PAD];
        for (int set = 0; set < geometry.sets(); set++) {
            int inSet = Math.min(SET_SLOTS, slots - set * SET_SLOTS);
            int at = base(areaIndex(set << SET_SHIFT)) + 2 * set;
            bits[at] = SetBits.range(0, inSet);
            bits[at + 1] = SetBits.range(-64, inSet - 64);
        }
    }

    /**
     * Takes {@code n} slots in the first area from {@code cpu}'s on that has them, and moves that area's index behind them.
     *
     * @param n slots, 1 to 128
     * @param allocationMask low bits of the DMA address that must be 0; includes those within a slot
     * @param original address of the original, 0 for none
     * @param client the device, told what was mapped
     * @param bytes counted as copied to the device
     * @return the first slot, or -1
     */
    int take(int cpu, int n, PoolClient client, long allocationMask, long original, long bytes) {
        int start = cpu & (areas.length - 1);
        int found = takeIn(start, n, client, allocationMask, original, bytes, false);
        return found >= 0 || areas.length == 1
                ? found
                : takeElsewhere(start, n, client, allocationMask, original, bytes);
    }

    private int takeElsewhere(int start, int n, PoolClient client, long allocationMask, long original, long bytes) {
        int found = -1;
        int a = start;
        do {
            a = a + 1 >= areas.length ? 0 : a + 1;
            if (a != start) {
                found = takeIn(a, n, client, allocationMask, original, bytes, true);
            }
        } while (found < 0 && a != start);
        return found;
    }

    private int takeIn(
            int a, int n, PoolClient client, long allocationMask, long original, long bytes, boolean fellThrough) {
        Area area = areas[a];
        Area guard = guards[a];
        // What the lock does not guard is read before it is taken: nothing after it can be read earlier.
        long[] words = bits;
        int base = base(a);
        CopyCounts counts = client.counts[a];
        int periodMask = nearPeriodMask(client, allocationMask, original);
        int phase = (int) (((original & client.keepMask & ~allocationMask) - client.base) >>> SLOT_SHIFT);
        int areaStart = a * areaSlots;
        int found = -1;
        boolean above = false;
        guard.lock();
        try {
            int used = area.used;
            if (n <= areaSlots - used) {
                if (periodMask >= 0) {
                    boolean empty = used < areaSlots >>> 3;
                    found = nearest(words, base, areaStart + area.index, n, phase, periodMask, empty);
                }
                if (found < 0 || found >= areaStart + areaSlots) {
                    found = search(a, area.index, n, client, allocationMask, original);
                }
            }
            if (found >= 0) {
                if (used + n <= area.ceiling || highWater.raiseAlone(area, used + n)) {
                    flip(words, base, found, n);
                    claim(area, found - areaStart, used, n);
                    counts.mapped(bytes, fellThrough);
                } else {
                    above = true;
                }
            }
        } finally {
            guard.unlock();
        }
        return above ? takeCounting(a, n, client, allocationMask, original, bytes, fellThrough) : found;
    }

    /** Slots from one that lies right to the next, less one, if that is up to 64 and no boundary is in the way; else -1. */
    private static int nearPeriodMask(PoolClient client, long allocationMask, long original) {
        long keepMask = client.keepMask & ~allocationMask;
        long fixed = allocationMask | keepMask;
        return client.simple
                        && (original != 0 || keepMask == 0)
                        && (fixed & (fixed + 1)) == 0
                        && Long.compareUnsigned(fixed, NEAR_MASK) <= 0
                ? (int) (fixed >>> SLOT_SHIFT)
                : -1;
    }

    /** The first run of free slots that lies right, from a slot on, or -1 when it is not near. */
    private static int nearest(long[] words, int base, int from, int n, int phase, int periodMask, boolean empty) {
        int ahead = (phase - from) & periodMask;
        int found = -1;
        if (n > 2 || empty) {
            found = atOnce(words, base, from + ahead, n);
        }
        if (found < 0 && n == 2) {
            found = pairSoon(words, base, from, SetBits.every(periodMask + 1, ahead));
        }
        return found >= 0 ? found : near(words, base, from, n, SetBits.every(periodMask + 1, phase & periodMask));
    }

    /** Takes slots of an area that are more than its ceiling allows, with all locks held, so that the mark is never behind. */
    private int takeCounting(
            int a, int n, PoolClient client, long allocationMask, long original, long bytes, boolean fellThrough) {
        Area area = areas[a];
        lockAll();
        try {
            int found = n <= areaSlots - area.used ? search(a, area.index, n, client, allocationMask, original) : -1;
            if (found >= 0) {
                claim(area, found - a * areaSlots, area.used, n);
                flip(bits, base(a), found, n);
                client.counts[a].mapped(bytes, fellThrough);
                highWater.count(area);
            }
            return found;
        } finally {
            unlockAll();
        }
    }

    private void claim(Area area, int inArea, int used, int n) {
        int next = inArea + n;
        area.index = next >= areaSlots ? 0 : next;
        area.used = used + n;
    }

    /** That slot if a run of free slots starts there, else -1: worth a branch where it mostly goes one way. */
    private static int atOnce(long[] words, int base, int slot, int n) {
        int at = base + ((slot >>> SET_SHIFT) << 1);
        return SetBits.runFrom(words[at], words[at + 1], slot & (SET_SLOTS - 1)) >= n ? slot : -1;
    }

    /**
     * The first two free slots that lie right among the next 64 slots, or -1. No branch depends on where they are, because in a pool
     * in use that cannot be foretold.
     *
     * @param pattern slots from there on that lie right
     */
    private static int pairSoon(long[] words, int base, int from, long pattern) {
        int at = base + (from >>> 6);
        long free = words[at] >>> from | words[at + 1] << 1 << ~from;
        long lastOfSet = (long) ((from >>> 6) & 1) << ~from;
        free &= (free >>> 1) & ~lastOfSet & pattern;
        return free == 0 ? -1 : from + Long.numberOfTrailingZeros(free);
    }

    /**
     * The common case: the first run of free slots that lies right, from a slot on to the end of the next set, or -1.
     *
     * @param pattern slots of half a set that lie right
     */
    private static int near(long[] words, int base, int from, int n, long pattern) {
        int at = base + ((from >>> SET_SHIFT) << 1);
        long low = words[at];
        long high = words[at + 1];
        boolean inLow = (from & 64) == 0;
        long above = -1L << from;
        long lowFrom = inLow ? above : 0;
        long highFrom = inLow ? -1L : above;
        for (int sets = 0; sets < 2; sets++) {
            if (n > 2) {
                low = SetBits.runStartsLow(low, high, n);
                high = SetBits.runStartsHigh(high, n);
            } else if (n == 2) {
                low &= (low >>> 1) | (high << 63);
                high &= high >>> 1;
            }
            low &= pattern & lowFrom;
            high &= pattern & highFrom;
            if ((low | high) != 0) {
                int bit = low != 0 ? Long.numberOfTrailingZeros(low) : 64 + Long.numberOfTrailingZeros(high);
                return ((at - base) << 6) + bit;
            }
            at += 2;
            low = words[at];
            high = words[at + 1];
            lowFrom = -1L;
            highFrom = -1L;
        }
        return -1;
    }

    /** Linux's search of an area; see the class comment. */
    private int search(int a, int index, int n, PoolClient client, long allocationMask, long original) {
        long base = client.base;
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
            return searchOneByOne(a, index, n, base, allocationMask, keepMask, original, stride, boundary);
        }
        long phase = ((original == 0 ? 0 : original & keepMask) - base) >>> SLOT_SHIFT;
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
                if (fits(a, (int) slot, n) && !spans(slot, n, shift, boundary)) {
                    return (int) slot;
                }
            }
            return -1;
        }
        int phase = (int) (first & (step - 1));
        long patternLow = step <= 64 ? SetBits.every((int) step, phase) : SetBits.range(phase, phase + 1);
        long patternHigh = step <= 64 ? patternLow : SetBits.range(phase - 64, phase - 63);
        int lastSet = (int) ((limit - 1) >>> SET_SHIFT);
        int domain = sharedLock ? 0 : a;
        int set = summary.next(domain, n, (int) (first >>> SET_SHIFT), lastSet);
        while (set >= 0) {
            int slot = scanSet(a, set, first, limit, n, patternLow, patternHigh, shift, boundary);
            if (slot >= 0) {
                return slot;
            }
            set = summary.next(domain, n, set + 1, lastSet);
        }
        return -1;
    }

    private int scanSet(
            int a,
            int set,
            long first,
            long limit,
            int n,
            long patternLow,
            long patternHigh,
            long shift,
            long boundary) {
        int at = base(a) + 2 * set;
        long low = bits[at];
        long high = bits[at + 1];
        long startsLow = SetBits.runStartsLow(low, high, n);
        long startsHigh = SetBits.runStartsHigh(high, n);
        if ((startsLow | startsHigh) == 0) {
            summary.lower(set, n - 1);
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
            if (aligned && fits(a, slot, n) && !spans(slot, n, shift, boundary)) {
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

    private boolean fits(int a, int slot, int n) {
        int at = base(a) + ((slot >>> SET_SHIFT) << 1);
        return SetBits.runFrom(bits[at], bits[at + 1], slot & (SET_SLOTS - 1)) >= n;
    }

    /** Free slots become used ones or the other way round; they are all alike. */
    private static void flip(long[] words, int base, int slot, int n) {
        int at = base + (slot >>> 6);
        int bit = slot & 63;
        if (bit + n <= 64) {
            words[at] ^= (-1L >>> (64 - n)) << bit;
        } else {
            words[at] ^= -1L << bit;
            words[at + 1] ^= -1L >>> (128 - bit - n);
        }
    }

    /**
     * Gives the slots of a mapping back and ends its record.
     *
     * @param word what the record said when the caller looked
     * @return whether it still says so; if not, nothing changed
     */
    boolean release(int head, SlotRecords records, long word) {
        int a = areaIndex(head);
        Area area = areas[a];
        Area guard = guards[a];
        long[] words = bits;
        int base = base(a);
        SetSummary sets = summary;
        int n = SlotRecords.slotsOf(word);
        guard.lock();
        try {
            if (word == 0 || records.word(head) != word) {
                return false;
            }
            records.end(head);
            flip(words, base, head, n);
            int set = head >>> SET_SHIFT;
            if (sets.bound(set) != SET_SLOTS) {
                int at = base + 2 * set;
                sets.raise(set, SetBits.runAround(words[at], words[at + 1], head & (SET_SLOTS - 1)));
            }
            area.used -= n;
        } finally {
            guard.unlock();
        }
        return true;
    }

    /** What is added to the number of a word of an area's slots, counted from the pool's start. */
    private int base(int a) {
        return PAD + (a << PAD_SHIFT & gapMask);
    }

    /** Number of the area that a slot belongs to. */
    int areaIndex(int slot) {
        return areaShift >= 0 ? slot >>> areaShift : slot / areaSlots;
    }

    /** Whether a slot is free. */
    boolean isFree(int slot) {
        return (freeWord(slot >>> 6) & (1L << slot)) != 0;
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
        return bits[base(areaIndex(word << 6)) + word];
    }

    int words() {
        return 2 * ((slots + SET_SLOTS - 1) >>> SET_SHIFT);
    }

    /** For invariants. */
    SetSummary summary() {
        return summary;
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
