package dev.dmaops.benchmarks;

import dev.dmaops.spi.Cpus;

/** One processor. */
final class OneCpu implements Cpus {
    @Override
    public int current() {
        return 0;
    }

    @Override
    public int possible() {
        return 1;
    }

    @Override
    public int online() {
        return 1;
    }
}
