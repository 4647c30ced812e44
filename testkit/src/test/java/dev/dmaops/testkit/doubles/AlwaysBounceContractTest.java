package dev.dmaops.testkit.doubles;

import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.DmaBackendContractTest;
import dev.dmaops.testkit.TestWorld;

/** A double validates like the real thing. */
class AlwaysBounceContractTest extends DmaBackendContractTest {
    @Override
    protected DmaBackendProvider provider() {
        return new AlwaysBounce();
    }

    @Override
    protected boolean worksIn(TestWorld world) {
        return !world.iommu() && world.pool() == TestWorld.Pool.NONE;
    }

    @Override
    public boolean mustMap(DeviceBench bench, long physical, long bytes) {
        return bytes > 0 && bytes <= bench.device().maxMappingBytes();
    }
}
