package dev.dmaops.benchmarks;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.PoolPlan;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * A machine without an assembler above it: what a benchmark measures is the library and not how it was configured.
 *
 * @param machine RAM and pages
 * @param memory what copies; the machine's, or one that does nothing when only the search is measured
 * @param cpus which processor a thread runs on
 * @param policy choices of the configuration
 */
record BenchContext(SimMachine machine, PhysicalMemory memory, Cpus cpus, Policy policy) implements BackendContext {
    /** On the machine's memory and processors. */
    static BenchContext of(SimMachine machine) {
        return new BenchContext(machine, machine.memory(), machine.cpus(), Policy.AS_LINUX);
    }

    /** A pool in the machine's memory. */
    BouncePool pool(int slots, int areas, boolean forced) {
        PoolPlan plan = new PoolPlan("default", PoolKind.DEFAULT, slots, areas, forced, 0xffff_ffffL, 0, 0);
        BouncePoolProvider provider =
                ServiceLoader.load(BouncePoolProvider.class).findFirst().orElseThrow();
        return Objects.requireNonNull(provider.create(plan, this, null));
    }

    /** The operations of a backend, found as a platform finds it. */
    DmaOps bind(String backend, DmaDeviceState state, @Nullable BouncePool pool) {
        return ServiceLoader.load(DmaBackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(backend))
                .findFirst()
                .orElseThrow()
                .open(this)
                .bind(state, choice(), pool);
    }

    /** A coherent device that can drive 32 bits. */
    static DmaDeviceState state() {
        return new DmaDeviceState(
                new DeviceLimits(0xffff_ffffL, 0xffff_ffffL, 0, DmaRangeMap.IDENTITY, true, DmaConstraints.DEFAULT),
                "bench",
                false);
    }

    /** A device with the given operations. */
    DmaDevice device(DmaDeviceState state, DmaOps ops) {
        return new DmaDevice(state, ops, choice(), machine.memory(), 4096);
    }

    /** A choice like any other. */
    static BackendChoice choice() {
        return new BackendChoice(
                "bench",
                "direct",
                BounceMode.POSSIBLE,
                PoolKind.DEFAULT,
                IommuDomainType.NONE,
                SetMaskOutcome.OK,
                List.of());
    }

    @Override
    public PageAllocator pages() {
        return machine.pages();
    }

    @Override
    public CacheMaintenance caches() {
        return new CacheMaintenance() {
            @Override
            public void forDevice(long physical, long bytes, DmaDirection direction) {}

            @Override
            public void forCpu(long physical, long bytes, DmaDirection direction) {}

            @Override
            public int lineBytes() {
                return 64;
            }
        };
    }

    @Override
    public KernelVersion kernel() {
        return KernelVersion.of(6, 12);
    }

    @Override
    public EventSink events() {
        return EventSink.NONE;
    }

    @Override
    public KernelConfigView config() {
        return new KernelConfigView() {
            @Override
            public boolean enabled(String symbol) {
                return false;
            }

            @Override
            public String value(String symbol) {
                return "absent";
            }

            @Override
            public String origin(String symbol) {
                return "benchmark";
            }
        };
    }

    @Override
    public <H> Optional<H> hook(Class<H> type) {
        return machine.hook(type);
    }
}
