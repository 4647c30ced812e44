package dev.dmaops.spi;

/** The processors that pools divide their areas among and caches keep magazines for. */
public interface Cpus {
    /** Number of the processor that the caller runs on, 0 to {@link #possible} - 1. A hint: it may change at any time. */
    int current();

    /** How many processors there can ever be. */
    int possible();

    /** How many processors run now. */
    int online();
}
