package dev.dmaops.backend.direct;

import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.testkit.DmaBackendContractTest;
import dev.dmaops.testkit.TestWorld;

class DirectContractTest extends DmaBackendContractTest {
    @Override
    protected DmaBackendProvider provider() {
        return new DirectBackend();
    }

    @Override
    protected boolean worksIn(TestWorld world) {
        return !world.iommu() && world.pool() == TestWorld.Pool.NONE;
    }
}
