package dev.dmaops.runtime.assembly;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.spi.CacheMaintenance;

/** Cache maintenance of a machine whose devices all snoop: nothing to do. */
final class NoCaches implements CacheMaintenance {
    @Override
    public void forDevice(long physical, long bytes, DmaDirection direction) {}

    @Override
    public void forCpu(long physical, long bytes, DmaDirection direction) {}

    @Override
    public int lineBytes() {
        return 1;
    }
}
