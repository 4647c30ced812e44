package dev.dmaops.spi;

import dev.dmaops.api.BackendChoice;
import org.jspecify.annotations.Nullable;

/** A backend at work on one platform. Closing it gives back what it holds; its devices are closed first. */
public interface DmaBackend extends AutoCloseable {
    /**
     * The operations for one device.
     *
     * @param choice why this backend
     * @param pool the pool behind the device, or null
     */
    DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool);

    /** What the default pool needs before its first slot is handed out, or null for nothing. */
    default @Nullable PoolFixup poolFixup() {
        return null;
    }

    @Override
    void close();
}
