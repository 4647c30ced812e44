package dev.dmaops.testkit;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimDevice;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.machine.sim.iommu.SimDomain;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import dev.dmaops.testkit.TestWorld.Pool;
import dev.dmaops.testkit.TestWorld.Reach;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One backend at work for one device of a {@link TestWorld}: the driver's side is {@link #device()}, the other side of the bus is
 * {@link #engine()}, which sees addresses only.
 *
 * <p>Closing it gives the machine back, whatever is still mapped.
 */
public final class DeviceBench implements AutoCloseable {
    /** The device's id. */
    public static final String DEVICE = "dev0";

    private static final long GIB = 1L << 30;
    private static final int POOL_SLOTS = 2048;

    private final TestWorld world;
    private final SimMachine machine;
    private final DmaBackend backend;
    private final @Nullable BouncePool pool;
    private final DmaDevice device;
    private final DmaEngine engine;
    private final List<String> log = new ArrayList<>();
    private final long pagesAtStart;

    private DeviceBench(
            TestWorld world,
            DmaBackendProvider provider,
            Optional<BouncePoolProvider> pools,
            Function<SimMachine, List<Object>> hooks,
            BiFunction<DmaOps, DeviceBench, DmaOps> around) {
        this.world = world;
        machine = machine(world);
        engine = machine.devices().attach(hardware(world));
        TestContext context = context(hooks.apply(machine));
        PoolPlan plan = poolPlan();
        pool = pools.isEmpty() || plan.kind() == PoolKind.NONE
                ? null
                : pools.get().create(plan, context, null);
        pagesAtStart = machine.pages().freePages();
        backend = provider.open(context);
        DmaDeviceState state = new DmaDeviceState(world.limits(), DEVICE, false);
        BackendChoice choice = new BackendChoice(
                DEVICE,
                provider.id(),
                bounceMode(),
                pool == null ? PoolKind.NONE : plan.kind(),
                world.iommu() ? IommuDomainType.DMA : IommuDomainType.NONE,
                SetMaskOutcome.OK,
                List.of());
        device = new DmaDevice(
                state,
                around.apply(backend.bind(state, choice, pool), this),
                choice,
                machine.memory(),
                machine.pages().pageBytes());
    }

    /**
     * Opens a backend in a world.
     *
     * @param pools who makes the world's pool; empty for backends that need none
     */
    public static DeviceBench open(TestWorld world, DmaBackendProvider provider, Optional<BouncePoolProvider> pools) {
        return open(world, provider, pools, machine -> List.of(), (ops, bench) -> ops);
    }

    /**
     * Opens a backend in a world, with what a platform adds and something around its operations.
     *
     * @param hooks what a platform adds to the machine, whose device is attached by then
     * @param around wraps the device's operations, to watch or to break them; the bench is complete but for its device
     */
    public static DeviceBench open(
            TestWorld world,
            DmaBackendProvider provider,
            Optional<BouncePoolProvider> pools,
            Function<SimMachine, List<Object>> hooks,
            BiFunction<DmaOps, DeviceBench, DmaOps> around) {
        return new DeviceBench(world, provider, pools, hooks, around);
    }

    private static SimMachine machine(TestWorld world) {
        var builder = SimMachine.builder()
                .ram(0, 3 * GIB)
                .ram(4 * GIB, 2 * GIB)
                .pageBytes(world.pageBytes())
                .zones(GIB - 1, true)
                .cpus(2);
        return world.coherent() ? builder.open() : builder.modelCaches().open();
    }

    private static SimDevice hardware(TestWorld world) {
        SimDevice device = SimDevice.of(DEVICE, world.limits());
        return world.iommu()
                ? device.behind(IommuGeometry.PLAIN.withPageSizes(
                        world.granuleBytes() | world.granuleBytes() << 9 | world.granuleBytes() << 18))
                : device;
    }

    private TestContext context(List<Object> more) {
        TestConfig config = new TestConfig(
                "HAS_DMA",
                "SWIOTLB",
                "ZONE_DMA",
                "ZONE_DMA32",
                "DMA_DIRECT_REMAP",
                "DMA_BOUNCE_UNALIGNED_KMALLOC",
                "DMA_RESTRICTED_POOL",
                "IOMMU_DMA");
        KernelVersion kernel = KernelVersion.of(6, 12);
        List<MemoryRange> ram = List.of(new MemoryRange(0, 3 * GIB), new MemoryRange(4 * GIB, 2 * GIB));
        SystemDescription system = new SystemDescription(
                new Sourced<>(Architecture.ARM64, "test"),
                new Sourced<>(kernel, "test"),
                config,
                new Sourced<>("", "test"),
                Hypervisor.NONE,
                new Sourced<>(MemoryEncryption.NONE, "test"),
                ram,
                Optional.empty(),
                Optional.empty(),
                new Sourced<>(machine.cpus().possible(), "test"),
                world.pageBytes(),
                new Sourced<>(Policy.AS_LINUX, "test"));
        List<Object> hooks = new ArrayList<>(more);
        hooks.add(system);
        return new TestContext(
                machine, kernel, Policy.AS_LINUX, (device, text) -> log.add(device + ": " + text), config, hooks);
    }

    private PoolPlan poolPlan() {
        long limit = world.reach() == Reach.WINDOW_1_GIB ? GIB - 1 : 0xffff_ffffL;
        long bytes = POOL_SLOTS * 2048L;
        return switch (world.pool()) {
            case NONE -> PoolPlan.NONE;
            case DEFAULT, FORCED ->
                new PoolPlan("default", PoolKind.DEFAULT, POOL_SLOTS, 2, world.pool() == Pool.FORCED, limit, 0, 0);
            case RESTRICTED ->
                new PoolPlan(
                        "restricted",
                        PoolKind.RESTRICTED,
                        POOL_SLOTS,
                        1,
                        true,
                        limit,
                        machine.pages().reserveAtBoot(bytes, limit),
                        bytes);
        };
    }

    private BounceMode bounceMode() {
        return switch (world.pool()) {
            case NONE -> world.iommu() ? BounceMode.NONE : BounceMode.ERROR_IF_NEEDED;
            case DEFAULT -> world.iommu() ? BounceMode.POSSIBLE_SUB_GRANULE : BounceMode.POSSIBLE;
            case FORCED, RESTRICTED -> BounceMode.FORCED;
        };
    }

    /** The world. */
    public TestWorld world() {
        return world;
    }

    /** The driver's side. */
    public DmaDevice device() {
        return device;
    }

    /** The other side of the bus. */
    public DmaEngine engine() {
        return engine;
    }

    /** The machine. */
    public SimMachine machine() {
        return machine;
    }

    /** The pool behind the device, or null when there is none. */
    public @Nullable BouncePool pool() {
        return pool;
    }

    /** What a kernel would have logged so far. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /**
     * A buffer of fresh pages.
     *
     * @param place which part of RAM
     */
    public MemorySegment buffer(long bytes, Place place) {
        long page = world.pageBytes();
        long pages = Math.max(1, (bytes + page - 1) / page);
        int order = 64 - Long.numberOfLeadingZeros(pages - 1);
        long physical = machine.pages().allocateBetween(order, place.first, place.last);
        if (physical == PageAllocator.NO_PAGES) {
            throw new IllegalStateException("no buffer of " + bytes + " bytes " + place);
        }
        return machine.memory().segment(physical, bytes);
    }

    /** A buffer with the {@link SimPattern} of a seed. */
    public MemorySegment filled(long bytes, Place place, long seed) {
        MemorySegment buffer = buffer(bytes, place);
        SimPattern.fill(buffer, seed);
        return buffer;
    }

    /** The physical address of a buffer. */
    public long physical(MemorySegment buffer) {
        return machine.memory().physicalAddress(buffer);
    }

    /** What mappings hold at the moment. */
    public Held held() {
        long slots = pool == null ? 0 : pool.statistics().usedSlots();
        long mapped = world.iommu() ? ((SimDomain) machine.iommu().domain(DEVICE)).mappedBytes() : 0;
        return new Held(slots, mapped, machine.pages().freePages());
    }

    /** Free pages before the backend opened. */
    public long pagesAtStart() {
        return pagesAtStart;
    }

    /** Closes the backend and the pool but not the machine, to see what they gave back. */
    public void closeBackend() {
        backend.close();
        if (pool != null) {
            pool.close();
        }
    }

    @Override
    public void close() {
        machine.close();
    }

    /** Parts of RAM. */
    public enum Place {
        /** Below 1 GiB: every device reaches it. */
        LOW(0, GIB - 1),
        /** Between 1 and 3 GiB. */
        MIDDLE(GIB, 3 * GIB - 1),
        /** Above 4 GiB. */
        HIGH(4 * GIB, 6 * GIB - 1);

        private final long first;
        private final long last;

        Place(long first, long last) {
            this.first = first;
            this.last = last;
        }
    }

    /**
     * What is taken.
     *
     * @param slots slots of the pool in use
     * @param mappedBytes bytes in the IOMMU's tables
     * @param freePages pages that the allocator has
     */
    public record Held(long slots, long mappedBytes, long freePages) {}
}
