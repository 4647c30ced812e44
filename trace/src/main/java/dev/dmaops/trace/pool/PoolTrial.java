package dev.dmaops.trace.pool;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.trace.setup.DeviceFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A pool of one size that a trace is played through, with devices of its own. */
public final class PoolTrial {
    private static final int ATTRIBUTES = DmaAttributes.NO_WARN | DmaAttributes.SKIP_CPU_SYNC;

    private final ImaginaryMachine machine;
    private final BouncePool pool;
    private final int slots;
    private final List<DmaDeviceState> devices = new ArrayList<>();
    private final List<DeviceFacts> facts = new ArrayList<>();

    /**
     * Makes the pool.
     *
     * @param start physical address of its first byte
     */
    public PoolTrial(BouncePoolProvider provider, long start, int slots, int areas) {
        machine = new ImaginaryMachine(start);
        PoolPlan plan = new PoolPlan("default", PoolKind.DEFAULT, slots, areas, true, -1L, 0, 0);
        pool = Objects.requireNonNull(provider.create(plan, machine, null), "a pool in memory that is always there");
        this.slots = slots;
    }

    /** Its size in slots of 2048 bytes. */
    public int slots() {
        return slots;
    }

    /** How many devices it knows. */
    public int deviceCount() {
        return devices.size();
    }

    /** Adds the next device. */
    public void add(String id, DeviceFacts device) {
        DmaConstraints constraints = new DmaConstraints(0, device.segmentBoundaryMask(), device.minAlignMask());
        facts.add(device);
        devices.add(
                new DmaDeviceState(new DeviceLimits(-1L, -1L, 0, DmaRangeMap.IDENTITY, true, constraints), id, false));
    }

    /**
     * Takes slots.
     *
     * @return address of the copy, or a refusal as in {@link dev.dmaops.spi.Refusals}
     */
    public long map(int device, int cpu, long original, long bytes, DmaDirection direction) {
        machine.cpu(cpu);
        return pool.map(
                devices.get(device),
                original,
                bytes,
                facts.get(device).allocationAlignMask(),
                direction,
                ATTRIBUTES,
                BounceReason.FORCED_BY_CONFIG);
    }

    /** Gives slots back. */
    public void unmap(int device, long address, long bytes, DmaDirection direction) {
        pool.unmap(devices.get(device), address, bytes, direction, ATTRIBUTES);
    }

    /** Counters as they are now. */
    public PoolStatistics statistics() {
        return pool.statistics();
    }
}
