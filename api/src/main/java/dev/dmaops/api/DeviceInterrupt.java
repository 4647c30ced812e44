package dev.dmaops.api;

import java.time.Duration;

/** Interrupts of a device, collected until somebody waits for them. Closing it stops them. */
public interface DeviceInterrupt extends AutoCloseable {
    /**
     * Waits until the device has interrupted since the last call, or for so long. One thread at a time.
     *
     * @param longest how long to wait; zero only looks
     * @return how many interrupts there were; 0 when the time ran out
     */
    long await(Duration longest);

    /** Stops the device's interrupts. Does nothing the second time. */
    @Override
    void close();
}
