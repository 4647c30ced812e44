package dev.dmaops.integration.iommu;

import dev.dmaops.backend.iommu.IommuBackend;
import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.testkit.DmaBackendContractTest;
import dev.dmaops.testkit.TestWorld;
import java.util.Optional;

/** The contract behind an IOMMU with a pool, also for devices that do not snoop. */
class IommuWithPoolContractTest extends DmaBackendContractTest {
    @Override
    protected DmaBackendProvider provider() {
        return new IommuBackend();
    }

    @Override
    protected Optional<BouncePoolProvider> pools() {
        return Optional.of(new SwiotlbPools());
    }

    @Override
    protected boolean worksIn(TestWorld world) {
        return world.iommu() && world.pool() == TestWorld.Pool.DEFAULT;
    }
}
