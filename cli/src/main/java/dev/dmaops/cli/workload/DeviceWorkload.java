package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.PoolKind;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.spi.BouncePool;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Drives one device. */
final class DeviceWorkload implements AutoCloseable {
    private final DmaDevice device;
    private final DmaEngine engine;
    private final Optional<BouncePool> pool;
    private final ForeignBuffers foreign;
    private final RandomGenerator random;
    private final DeviceTally tally = new DeviceTally();
    private final StreamingOperations streaming;
    private final CoherentOperations coherent;
    private final DiskOperations disk;
    private final boolean bouncesHeap;
    private final int faultsBefore;

    DeviceWorkload(
            DmaDevice device,
            DmaEngine engine,
            BufferPlaces places,
            ForeignBuffers foreign,
            Optional<BouncePool> pool,
            long seed) {
        this.device = device;
        this.engine = engine;
        this.pool = pool;
        this.foreign = foreign;
        random = new SplittableRandom(seed ^ device.id().hashCode());
        streaming = new StreamingOperations(device, engine, places, tally);
        coherent = new CoherentOperations(device, engine, tally);
        disk = new DiskOperations(device, engine, places, tally, seed);
        // A copy of a Java array lies in slots beside others', which a device that is not trusted must not see: it is
        // refused behind an IOMMU, and left out without one too, so that both do the same.
        bouncesHeap = device.choice().pool() != PoolKind.NONE && !device.state().untrusted();
        faultsBefore = engine.faults().size();
    }

    /** Some operations more. */
    void drive(int operations) {
        long start = System.nanoTime();
        pool.ifPresent(BouncePool::resetHighWater);
        for (int i = 0; i < operations; i++) {
            drive();
        }
        pool.ifPresent(used -> tally.poolHighWaterSlots =
                Math.max(tally.poolHighWaterSlots, used.statistics().highWaterSlots()));
        tally.nanos += System.nanoTime() - start;
    }

    private void drive() {
        long seed = random.nextLong();
        if (foreign.any() && random.nextInt(3) == 0) {
            streaming.foreign(random, seed, foreign);
            return;
        }
        switch (random.nextInt(10)) {
            case 0, 1 -> streaming.pages(random, seed);
            case 2, 3, 4 -> streaming.small(random, seed);
            case 5 -> streaming.burst(random, seed);
            case 6 -> heapOrPages(seed);
            case 7 -> coherent.exchange(random, seed);
            default -> disk.request(random, seed);
        }
    }

    private void heapOrPages(long seed) {
        if (bouncesHeap) {
            streaming.heap(random, seed);
        } else {
            streaming.pages(random, seed);
        }
    }

    DeviceReport report() {
        return DeviceReport.of(device.choice(), tally, engine.faults().size() - faultsBefore);
    }

    @Override
    public void close() {
        disk.close();
    }
}
