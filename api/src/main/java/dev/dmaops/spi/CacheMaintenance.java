package dev.dmaops.spi;

import dev.dmaops.api.DmaDirection;

/** What must be done to CPU caches for devices that do not snoop them. */
public interface CacheMaintenance {
    /** Makes the CPU's writes reach memory, before the device looks. */
    void forDevice(long physical, long bytes, DmaDirection direction);

    /** Drops stale lines, before the CPU looks. */
    void forCpu(long physical, long bytes, DmaDirection direction);

    /** Line size in bytes, a power of two; 1 on machines whose devices all snoop. */
    int lineBytes();
}
