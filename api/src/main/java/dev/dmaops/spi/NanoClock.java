package dev.dmaops.spi;

/** The time that timers go by. A hook: a test can put its own in place; without one it is {@link System#nanoTime}. */
@FunctionalInterface
public interface NanoClock {
    /** Nanoseconds from any start, never going back. */
    long nanos();
}
