package dev.dmaops.conformance.extract;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.PoolKind;
import dev.dmaops.conformance.machine.PageSet;
import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.machine.ReplayedSystem;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/**
 * A platform with a pool of exactly one geometry, which no command line could ask for, and one device with the limits of the
 * extract.
 *
 * @param replay the platform
 * @param device the device
 * @param pool the pool
 */
record SlotPlatform(ReplayPlatform replay, DmaDevice device, BouncePool pool) implements AutoCloseable {
    private static final String ID = "extract";
    private static final int SLOT = 2048;
    private static final long PAGE = 4096;
    private static final int MOST_SLOTS = 1 << 22;

    /** RAM for whatever else a kernel allocates, apart from pool and buffers. */
    private static final MemoryRange OTHER = new MemoryRange(1 << 20, 63 << 20);

    static SlotPlatform open(Row header, PageSet buffers, int cpus) {
        Row geometry = header.row("pool");
        long start = geometry.number("start");
        int slots = geometry.count("nslabs");
        int areas = geometry.count("nareas");
        if (slots == 0 || slots > MOST_SLOTS || areas == 0 || areas > slots || (start & (PAGE - 1)) != 0) {
            throw header.unusable("pool", "a page aligned start, up to " + MOST_SLOTS + " slots, and fewer areas");
        }
        MemoryRange range = new MemoryRange(start, (long) slots * SLOT);
        buffers.add(start, range.bytes());
        buffers.add(OTHER.start(), OTHER.bytes());
        PoolPlan plan = new PoolPlan("default", PoolKind.DEFAULT, slots, areas, true, -1L, 0, 0);
        ReplayPlatform replay = ReplayPlatform.open(ReplayedSystem.of(description(buffers, cpus))
                .withPool(Optional.of(range))
                .replanned(found -> withPool(found, plan)));
        DmaDevice device = replay.device(ID).orElseThrow();
        long boundary = geometry.has("segBoundary") ? geometry.bareHex("segBoundary") : -1L;
        device.setStreamingMask(DmaMask.ALL);
        device.setConstraints(DmaConstraints.DEFAULT
                .withMinAlignMask(geometry.number("minAlignMask"))
                .withSegmentBoundaryMask(boundary));
        return new SlotPlatform(replay, device, replay.pool(device).orElseThrow());
    }

    private static PlatformPlan withPool(PlatformPlan plan, PoolPlan pool) {
        return new PlatformPlan(pool, plan.zoneDmaLimit(), plan.zoneDma32(), plan.devices(), plan.decisions());
    }

    private static PlatformDescription description(PageSet buffers, int cpus) {
        return PlatformDescription.of(PlatformConfiguration.builder(Architecture.X86)
                .name(ID)
                .commandLine("swiotlb=force")
                .machine(new MachineSettings(
                        Sourced.byDefault("sim"),
                        Optional.empty(),
                        buffers.ranges().stream()
                                .map(range -> new Sourced<>(range, ID))
                                .toList(),
                        Optional.of(Sourced.byDefault(PAGE)),
                        Optional.of(Sourced.byDefault(cpus)),
                        Optional.empty(),
                        Sourced.byDefault(1L),
                        List.of()))
                .device(ID, device -> device.bus(Bus.PLATFORM))
                .build());
    }

    @Override
    public void close() {
        replay.close();
    }
}
