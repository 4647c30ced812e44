package dev.dmaops.testkit;

import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.testkit.contract.LifecycleContract;
import dev.dmaops.testkit.contract.LimitContract;
import dev.dmaops.testkit.contract.MemoryContract;
import dev.dmaops.testkit.contract.ScatterContract;
import dev.dmaops.testkit.contract.StreamingContract;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;

/**
 * What every backend must do. Write one subclass for a backend, in its own tests:
 *
 * <pre>{@code
 * class DirectContractTest extends DmaBackendContractTest {
 *     protected DmaBackendProvider provider() {
 *         return new DirectBackend();
 *     }
 *
 *     protected boolean worksIn(TestWorld world) {
 *         return !world.iommu() && world.pool() == TestWorld.Pool.NONE;
 *     }
 * }
 * }</pre>
 *
 * <p>Every rule runs in every world that the backend works in. Real bytes are moved by a simulated device that sees an address
 * and nothing else, so a backend that returns a wrong address, forgets a copy or cache maintenance, or lets a device reach too
 * much, fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class DmaBackendContractTest
        implements StreamingContract, ScatterContract, MemoryContract, LimitContract, LifecycleContract {
    /** For subclasses. */
    protected DmaBackendContractTest() {}

    /** The backend under test. */
    protected abstract DmaBackendProvider provider();

    /** Who makes the bounce pools of worlds that have one; empty for backends that never bounce through a pool. */
    protected Optional<BouncePoolProvider> pools() {
        return Optional.empty();
    }

    /** Whether a platform would choose the backend in such a world. */
    protected abstract boolean worksIn(TestWorld world);

    /**
     * Hooks that a platform adds for the backend, such as the frames of a hypervisor; what they say of addresses must be said to the
     * machine's devices too.
     *
     * @param machine the world's machine, with its device attached
     */
    protected List<Object> hooks(SimMachine machine) {
        return List.of();
    }

    /** Something around the device's operations, such as a mutant that the contract must kill. */
    protected DmaOps around(DmaOps ops, DeviceBench bench) {
        return ops;
    }

    @Override
    public Stream<TestWorld> worlds() {
        return TestWorld.all().stream().filter(this::worksIn);
    }

    @Override
    public DeviceBench open(TestWorld world) {
        return DeviceBench.open(world, provider(), pools(), this::hooks, this::around);
    }
}
