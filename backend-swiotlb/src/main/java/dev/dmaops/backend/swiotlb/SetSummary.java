package dev.dmaops.backend.swiotlb;

import static dev.dmaops.backend.swiotlb.SlotGeometry.SET_SLOTS;

/**
 * Which sets may have a free run of some length, so that a search skips the others without looking at their slots.
 *
 * <pre>
 *   longest   for each set an upper bound of its longest free run: lowered when a search finds less, raised by a release
 *   classes   per domain, bit k·sets + s: set s may have a run of 2^k slots or more
 * </pre>
 *
 * <p>A domain is an area that starts at a set, or the whole pool when areas do not: what one lock guards.
 */
final class SetSummary {
    private static final int CLASSES = 8;
    private static final int PAD = 16;

    private final byte[] longest;
    private final long[][] classes;
    private final int classWords;
    private final int domainSets;

    SetSummary(SlotGeometry geometry, int domains) {
        int sets = geometry.sets();
        domainSets = domains == 1 ? sets : geometry.areaSlots() / SET_SLOTS;
        classWords = (sets - (domains - 1) * domainSets + 63) >>> 6;
        classes = new long[domains][CLASSES * classWords + 2 * PAD];
        longest = new byte[sets];
        for (int set = 0; set < sets; set++) {
            raise(set, Math.min(SET_SLOTS, geometry.slots() - set * SET_SLOTS));
        }
    }

    int sets() {
        return longest.length;
    }

    /** No free run of the set is longer. */
    int bound(int set) {
        return longest[set] & 0xff;
    }

    /** A run of that length has been seen. */
    void raise(int set, int run) {
        int now = bound(set);
        if (run > now) {
            longest[set] = (byte) run;
            flipClasses(set, now, run);
        }
    }

    /** No longer run than that has been found. */
    void lower(int set, int run) {
        int now = bound(set);
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

    private int domainOf(int set) {
        return Math.min(set / domainSets, classes.length - 1);
    }

    /** The first set from {@code set} to {@code lastSet} of a domain that may have a run of {@code n} slots, or -1. */
    int next(int domain, int n, int set, int lastSet) {
        int size = 31 - Integer.numberOfLeadingZeros(n);
        int found = nextOfSize(domain, size, set, lastSet);
        while (found >= 0 && bound(found) < n) {
            found = nextOfSize(domain, size, found + 1, lastSet);
        }
        return found;
    }

    private int nextOfSize(int domain, int size, int set, int lastSet) {
        if (set > lastSet) {
            return -1;
        }
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

    /** Whether the class bits of a set say that it may have a run of 2^k slots: for invariants. */
    boolean inClass(int set, int k) {
        int domain = domainOf(set);
        int at = set - domain * domainSets;
        return (classes[domain][PAD + k * classWords + (at >>> 6)] & (1L << at)) != 0;
    }
}
