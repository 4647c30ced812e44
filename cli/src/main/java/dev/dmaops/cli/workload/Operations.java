package dev.dmaops.cli.workload;

import java.util.random.RandomGenerator;

/** What is done with one device, one operation after the other. Counts go into its {@link DeviceTally}. */
interface Operations extends AutoCloseable {
    /**
     * One operation.
     *
     * @param random what it is drawn from
     * @param seed of the bytes that it moves
     */
    void next(RandomGenerator random, long seed);

    /** Gives back what the operations held, and checks it; counts too. */
    @Override
    void close();
}
