package dev.dmaops.backend.swiotlb;

import static dev.dmaops.backend.swiotlb.SlotGeometry.SET_SHIFT;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SET_SLOTS;

/**
 * Which sets may have a free run of some length, so that a search skips the others without looking at their slots.
 *
 * <pre>
 *   longest   for each set an upper bound of its longest free run: lowered when a search finds less, raised by a release
 *   classes   bit k·sets + s: set s may have a run of 2^k slots or more
 * </pre>
 */
final class SetSummary {
    private static final int CLASSES = 8;

    /** Two cache lines in front and behind, so that summaries of other locks keep away: in words and in bytes. */
    private static final int PAD = 16;

    private static final int PAD_BYTES = 8 * PAD;

    private final int sets;
    private final byte[] longest;
    private final long[] classes;
    private final int classWords;

    /** Of so many slots, all free; the last set may be incomplete. */
    SetSummary(int slots) {
        sets = (slots + SET_SLOTS - 1) >>> SET_SHIFT;
        classWords = (sets + 63) >>> 6;
        classes = new long[CLASSES * classWords + 2 * PAD];
        longest = new byte[sets + 2 * PAD_BYTES];
        for (int set = 0; set < sets; set++) {
            raise(set, Math.min(SET_SLOTS, slots - set * SET_SLOTS));
        }
    }

    int sets() {
        return sets;
    }

    /** No free run of the set is longer. */
    int bound(int set) {
        return longest[PAD_BYTES + set] & 0xff;
    }

    /** A run of that length has been seen. */
    void raise(int set, int run) {
        int now = bound(set);
        if (run > now) {
            longest[PAD_BYTES + set] = (byte) run;
            flipClasses(set, now, run);
        }
    }

    /** No longer run than that has been found. */
    void lower(int set, int run) {
        int now = bound(set);
        longest[PAD_BYTES + set] = (byte) run;
        flipClasses(set, run, now);
    }

    private void flipClasses(int set, int lowRun, int highRun) {
        for (int k = 32 - Integer.numberOfLeadingZeros(lowRun); k < 32 - Integer.numberOfLeadingZeros(highRun); k++) {
            classes[PAD + k * classWords + (set >>> 6)] ^= 1L << set;
        }
    }

    /** The first set from {@code set} to {@code lastSet} that may have a run of {@code n} slots, or -1. */
    int next(int n, int set, int lastSet) {
        int size = 31 - Integer.numberOfLeadingZeros(n);
        int found = nextOfSize(size, set, lastSet);
        while (found >= 0 && bound(found) < n) {
            found = nextOfSize(size, found + 1, lastSet);
        }
        return found;
    }

    private int nextOfSize(int size, int set, int lastSet) {
        if (set > lastSet) {
            return -1;
        }
        int firstWord = PAD + size * classWords;
        int word = firstWord + (set >>> 6);
        long candidates = classes[word] & (-1L << set);
        int lastWord = firstWord + (lastSet >>> 6);
        while (candidates == 0) {
            if (++word > lastWord) {
                return -1;
            }
            candidates = classes[word];
        }
        int found = ((word - firstWord) << 6) + Long.numberOfTrailingZeros(candidates);
        return found > lastSet ? -1 : found;
    }

    /** Whether the class bits of a set say that it may have a run of 2^k slots: for invariants. */
    boolean inClass(int set, int k) {
        return (classes[PAD + k * classWords + (set >>> 6)] & (1L << set)) != 0;
    }
}
