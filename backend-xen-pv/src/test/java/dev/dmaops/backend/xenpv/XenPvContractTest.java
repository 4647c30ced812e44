package dev.dmaops.backend.xenpv;

import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.testkit.DmaBackendContractTest;
import dev.dmaops.testkit.TestWorld;
import dev.dmaops.testkit.TestWorld.Pool;
import dev.dmaops.testkit.TestWorld.Reach;
import java.util.List;
import java.util.Optional;

/**
 * The contract in a PV domain none of whose frames is where the kernel thinks: an address that is not translated leads to other
 * memory.
 */
class XenPvContractTest extends DmaBackendContractTest {
    @Override
    protected DmaBackendProvider provider() {
        return new XenPvBackend();
    }

    @Override
    protected Optional<BouncePoolProvider> pools() {
        return Optional.of(new SwiotlbPools());
    }

    @Override
    protected boolean worksIn(TestWorld world) {
        return !world.iommu()
                && (world.pool() == Pool.DEFAULT || world.pool() == Pool.FORCED)
                && world.reach() != Reach.WINDOW_1_GIB
                && world.coherent()
                && world.pageBytes() == BusFrames.BYTES;
    }

    @Override
    protected List<Object> hooks(SimMachine machine) {
        SwappedFrames frames = new SwappedFrames(machine);
        machine.devices().translate((device, address, access) -> frames.toGuestAddress(address));
        return List.of(frames);
    }
}
