package dev.dmaops.backend.swiotlb;

import java.util.function.LongSupplier;

/** Lets ten messages through in five seconds, as the kernel's rate limit does, so that a full pool cannot flood a log. */
final class RateLimit {
    private static final int BURST = 10;
    private static final long INTERVAL_NANOS = 5_000_000_000L;

    private final LongSupplier nanoTime;
    private long begin;
    private int printed;
    private boolean started;

    RateLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized boolean permits() {
        long now = nanoTime.getAsLong();
        if (!started || now - begin > INTERVAL_NANOS) {
            started = true;
            begin = now;
            printed = 0;
        }
        return ++printed <= BURST;
    }
}
