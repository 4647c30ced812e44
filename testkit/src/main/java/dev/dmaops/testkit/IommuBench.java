package dev.dmaops.testkit;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimDevice;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.iommu.SimDomain;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.NanoClock;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.Zone;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Devices behind a simulated IOMMU, served by one backend: the drivers' side is {@link #device}, the other side of the bus is
 * {@link #engine}, which sees addresses only. Time stands still until {@link #pass}.
 *
 * <p>Each device is a group of its own. Closing it closes the backend and the machine.
 */
public final class IommuBench implements AutoCloseable {
    private static final long GIB = 1L << 30;
    private static final int POOL_SLOTS = 2048;

    private final SimMachine machine;
    private final DmaBackend backend;
    private final @Nullable BouncePool pool;
    private final TreeMap<String, DmaDevice> devices = new TreeMap<>();
    private final List<String> log = new ArrayList<>();
    private long nanos;

    IommuBench(DmaBackendProvider provider, IommuScene scene) {
        var builder = SimMachine.builder()
                .ram(0, 3 * GIB)
                .ram(4 * GIB, 2 * GIB)
                .pageBytes(scene.pageBytes())
                .zones(GIB - 1, true)
                .cpus(2);
        machine = scene.limits().coherent()
                ? builder.open()
                : builder.modelCaches().open();
        TestContext context = new TestContext(
                machine,
                scene.kernel(),
                scene.policy(),
                (device, text) -> log.add(device + ": " + text),
                scene.config(),
                scene.hooks((NanoClock) () -> nanos));
        pool = scene.pools() == null
                ? null
                : scene.pools()
                        .create(
                                new PoolPlan("default", PoolKind.DEFAULT, POOL_SLOTS, 2, false, 0xffff_ffffL, 0, 0),
                                context,
                                null);
        for (String id : scene.devices()) {
            machine.devices()
                    .attach(SimDevice.of(id, scene.limits()).withAddressBits(64).behind(scene.geometry()));
        }
        backend = provider.open(context);
        for (String id : scene.devices()) {
            DmaDeviceState state = new DmaDeviceState(scene.limits(), id, scene.untrusted());
            state.prefersLowIova(scene.pci());
            BackendChoice choice = new BackendChoice(
                    id,
                    provider.id(),
                    BounceMode.NONE,
                    pool == null ? PoolKind.NONE : PoolKind.DEFAULT,
                    scene.domain(),
                    SetMaskOutcome.OK,
                    List.of());
            devices.put(
                    id,
                    new DmaDevice(
                            state,
                            backend.bind(state, choice, pool),
                            choice,
                            machine.memory(),
                            machine.pages().pageBytes()));
        }
    }

    /** The first device, from its driver's side. */
    public DmaDevice device() {
        return devices.firstEntry().getValue();
    }

    /** A device, from its driver's side. */
    public DmaDevice device(String id) {
        DmaDevice device = devices.get(id);
        if (device == null) {
            throw new IllegalArgumentException("no device " + id + ": expected one of " + devices.keySet());
        }
        return device;
    }

    /** The first device, from the other side of the bus. */
    public DmaEngine engine() {
        return engine(devices.firstKey());
    }

    /** A device, from the other side of the bus. */
    public DmaEngine engine(String id) {
        return machine.devices().engine(id);
    }

    /** The first device's page tables. */
    public SimDomain domain() {
        return (SimDomain) machine.iommu().domain(devices.firstKey());
    }

    /** The machine. */
    public SimMachine machine() {
        return machine;
    }

    /** The bounce pool, or null. */
    public @Nullable BouncePool pool() {
        return pool;
    }

    /** What a kernel would have logged so far. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** Lets time pass, in nanoseconds. */
    public void pass(long duration) {
        nanos += duration;
    }

    /**
     * Fresh pages, filled with the {@link SimPattern} of a seed.
     *
     * @param bytes up to the largest block of the page allocator
     */
    public MemorySegment filled(long bytes, long seed) {
        long count = Math.ceilDiv(bytes, machine.pages().pageBytes());
        long physical = machine.pages().allocate(64 - Long.numberOfLeadingZeros(count - 1), Zone.NORMAL);
        if (physical == PageAllocator.NO_PAGES) {
            throw new IllegalStateException("no buffer of " + bytes + " bytes");
        }
        MemorySegment buffer = machine.memory().segment(physical, bytes);
        SimPattern.fill(buffer, seed);
        return buffer;
    }

    /** The physical address of a buffer. */
    public long physical(MemorySegment buffer) {
        return machine.memory().physicalAddress(buffer);
    }

    @Override
    public void close() {
        backend.close();
        machine.close();
    }
}
