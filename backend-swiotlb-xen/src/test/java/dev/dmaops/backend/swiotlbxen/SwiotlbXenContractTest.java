package dev.dmaops.backend.swiotlbxen;

import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.testkit.DmaBackendContractTest;
import dev.dmaops.testkit.TestWorld;
import dev.dmaops.testkit.TestWorld.Pool;
import java.util.List;
import java.util.Optional;

/** The contract in a dom0 on Arm with its own pages, which are mapped 1:1. Pages of others: {@link SwiotlbXenOpsTest}. */
class SwiotlbXenContractTest extends DmaBackendContractTest {
    @Override
    protected DmaBackendProvider provider() {
        return new SwiotlbXenBackend();
    }

    @Override
    protected Optional<BouncePoolProvider> pools() {
        return Optional.of(new SwiotlbPools());
    }

    @Override
    protected boolean worksIn(TestWorld world) {
        return !world.iommu() && (world.pool() == Pool.DEFAULT || world.pool() == Pool.FORCED);
    }

    @Override
    protected List<Object> hooks(SimMachine machine) {
        return List.of(new OneToOne(machine));
    }

    private record OneToOne(SimMachine machine) implements BusFrames {
        @Override
        public long toBus(long pfn) {
            return pfn;
        }

        @Override
        public long toGuest(long bfn) {
            return bfn;
        }

        @Override
        public long toLocal(long bfn) {
            return bfn;
        }

        @Override
        public boolean isValid(long pfn) {
            return machine.memory().isRam(pfn << SHIFT, BYTES);
        }
    }
}
