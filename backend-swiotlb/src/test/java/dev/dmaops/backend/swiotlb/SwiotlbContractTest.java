package dev.dmaops.backend.swiotlb;

import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.testkit.DmaBackendContractTest;
import dev.dmaops.testkit.TestWorld;
import java.util.Optional;

class SwiotlbContractTest extends DmaBackendContractTest {
    @Override
    protected DmaBackendProvider provider() {
        return new SwiotlbBackend();
    }

    @Override
    protected Optional<BouncePoolProvider> pools() {
        return Optional.of(new SwiotlbPools());
    }

    @Override
    protected boolean worksIn(TestWorld world) {
        return !world.iommu() && world.pool() != TestWorld.Pool.NONE;
    }
}
