package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.CacheMaintenance;

/**
 * Cache maintenance of an emulated machine, which has no caches: a kernel believes in lines all the same.
 *
 * @param lineBytes length of the lines that the kernel believes in
 */
record NothingCached(int lineBytes) implements CacheMaintenance {
    @Override
    public void forDevice(long physical, long bytes, DmaDirection direction) {}

    @Override
    public void forCpu(long physical, long bytes, DmaDirection direction) {}

    @Override
    public void beginUncached(long physical, long bytes) {}

    @Override
    public void endUncached(long physical, long bytes) {}
}
