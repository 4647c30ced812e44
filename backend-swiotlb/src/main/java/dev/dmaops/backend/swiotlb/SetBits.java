package dev.dmaops.backend.swiotlb;

/**
 * Arithmetic on the 128 bits of a slot set, held in two words: bit {@code i} of the first is slot {@code i}, bit {@code i} of the
 * second is slot {@code 64 + i}.
 */
final class SetBits {
    private static final long[] EVERY = {
        -1L,
        0x5555_5555_5555_5555L,
        0x1111_1111_1111_1111L,
        0x0101_0101_0101_0101L,
        0x0001_0001_0001_0001L,
        0x1_0000_0001L,
        1L
    };

    private SetBits() {}

    /** The bits from {@code from} to {@code to - 1} of one word; bits outside of the word are cut off. */
    static long range(int from, int to) {
        int low = Math.max(from, 0);
        int high = Math.min(to, 64);
        return low >= high ? 0 : (-1L >>> (64 - (high - low))) << low;
    }

    /** Bits {@code phase}, {@code phase + step} and so on; {@code step} is a power of two up to 64, {@code phase} below it. */
    static long every(int step, int phase) {
        return EVERY[Integer.numberOfTrailingZeros(step)] << phase;
    }

    /** The first word of the places where a run of at least {@code n} set bits starts. */
    static long runStartsLow(long low, long high, int n) {
        long l = low;
        long h = high;
        int length = 1;
        while (length * 2 <= n) {
            l &= shiftLow(l, h, length);
            h &= shiftHigh(h, length);
            length *= 2;
        }
        return length < n ? l & shiftLow(l, h, n - length) : l;
    }

    /** The second word of {@link #runStartsLow}: no run leaves the set. */
    static long runStartsHigh(long high, int n) {
        if (n > 64) {
            return 0;
        }
        long h = high;
        int length = 1;
        while (length * 2 <= n) {
            h &= h >>> length;
            length *= 2;
        }
        return length < n ? h & (h >>> (n - length)) : h;
    }

    /** Length of the run of set bits that starts at a bit, 0 to 128. */
    static int runFrom(long low, long high, int bit) {
        if (bit >= 64) {
            return bit == 128 ? 0 : Long.numberOfTrailingZeros(~(high >>> (bit - 64)));
        }
        int run = Long.numberOfTrailingZeros(~(low >>> bit));
        return run == 64 - bit ? run + Long.numberOfTrailingZeros(~high) : run;
    }

    /** Length of the run of set bits that ends just before a bit, 0 to 128. */
    static int runBefore(long low, long high, int bit) {
        if (bit <= 64) {
            return bit == 0 ? 0 : Long.numberOfLeadingZeros(~(low << (64 - bit)));
        }
        int run = Long.numberOfLeadingZeros(~(high << (128 - bit)));
        return run == bit - 64 ? run + Long.numberOfLeadingZeros(~low) : run;
    }

    /** Length of the run of set bits around a set bit. */
    static int runAround(long low, long high, int bit) {
        long word = bit < 64 ? low : high;
        long above = ~word >>> bit;
        long below = ~word << (63 - bit);
        if (above != 0 && below != 0) {
            return Long.numberOfTrailingZeros(above) + Long.numberOfLeadingZeros(below) - 1;
        }
        return runFrom(low, high, bit - runBefore(low, high, bit));
    }

    /** Length of the longest run of set bits. */
    static int longestRun(long low, long high) {
        int longest = 0;
        int bit = 0;
        while (bit < 128) {
            int run = runFrom(low, high, bit);
            longest = Math.max(longest, run);
            bit += Math.max(run, 1);
        }
        return longest;
    }

    private static long shiftLow(long low, long high, int by) {
        return by == 64 ? high : (low >>> by) | (high << (64 - by));
    }

    private static long shiftHigh(long high, int by) {
        return by == 64 ? 0 : high >>> by;
    }
}
