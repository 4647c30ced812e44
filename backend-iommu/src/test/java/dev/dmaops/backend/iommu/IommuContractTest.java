package dev.dmaops.backend.iommu;

import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.testkit.DmaBackendContractTest;
import dev.dmaops.testkit.TestWorld;

/** Without a pool. A kernel whose devices do not snoop always has one: integration-tests. */
class IommuContractTest extends DmaBackendContractTest {
    @Override
    protected DmaBackendProvider provider() {
        return new IommuBackend();
    }

    @Override
    protected boolean worksIn(TestWorld world) {
        return world.iommu() && world.coherent() && world.pool() == TestWorld.Pool.NONE;
    }
}
