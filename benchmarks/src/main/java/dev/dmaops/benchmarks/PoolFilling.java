package dev.dmaops.benchmarks;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.Refusals;

/**
 * Brings a pool to an occupancy with its free slots scattered: every slot is taken by a mapping of its own, then slots are freed
 * at random. {@code native/slots.c} does the same with the same generator, so that both search the same pool.
 */
final class PoolFilling {
    private long random = 1;

    /**
     * Fills.
     *
     * @param percent share of slots in use afterwards, 0 to 100
     */
    void fill(BouncePool pool, DmaDeviceState device, int slots, int percent) {
        if (percent == 0) {
            return;
        }
        long[] live = new long[slots];
        for (int i = 0; i < slots; i++) {
            live[i] =
                    pool.map(device, 0x2_0000_0000L, 2048, 0, DmaDirection.TO_DEVICE, 0, BounceReason.FORCED_BY_CONFIG);
            if (Refusals.isRefusal(live[i])) {
                throw new IllegalStateException("slot " + i + " of " + slots + " could not be taken");
            }
        }
        int left = slots;
        while (left > (long) slots * percent / 100) {
            int victim = (int) Long.remainderUnsigned(next(), left);
            pool.unmap(device, live[victim], 2048, DmaDirection.TO_DEVICE, 0);
            live[victim] = live[--left];
        }
    }

    /** splitmix64. */
    private long next() {
        random += 0x9e3779b97f4a7c15L;
        long z = random;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
