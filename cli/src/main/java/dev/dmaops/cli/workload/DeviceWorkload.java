package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.machine.sim.SimDevices;
import dev.dmaops.spi.BouncePool;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Drives one device, and watches its pool and its bus meanwhile. */
final class DeviceWorkload implements AutoCloseable {
    private final DmaDevice device;
    private final SimDevices hardware;
    private final Optional<BouncePool> pool;
    private final RandomGenerator random;
    private final DeviceTally tally = new DeviceTally();
    private final Operations operations;
    private boolean closed;

    /** Makes the device's operations, and allocates what they need. */
    DeviceWorkload(DmaDevice device, SimDevices hardware, OperationsMaker maker, Optional<BouncePool> pool, long seed) {
        this.device = device;
        this.hardware = hardware;
        this.pool = pool;
        random = new SplittableRandom(seed ^ device.id().hashCode());
        operations = maker.of(device, hardware.engine(device.id()), tally, seed);
    }

    /** Some operations more. */
    void drive(int count) {
        watched(() -> {
            for (int i = 0; i < count; i++) {
                operations.next(random, random.nextLong());
            }
        });
    }

    private void watched(Runnable work) {
        long faults = hardware.faults().count();
        long expected = tally.expectedFaults;
        long start = System.nanoTime();
        pool.ifPresent(BouncePool::resetHighWater);
        work.run();
        pool.ifPresent(used -> tally.poolHighWaterSlots =
                Math.max(tally.poolHighWaterSlots, used.statistics().highWaterSlots()));
        tally.nanos += System.nanoTime() - start;
        tally.faults += hardware.faults().count() - faults - (tally.expectedFaults - expected);
    }

    /** Ends the operations, which checks what they held, and says what came of all. */
    DeviceReport finish() {
        close();
        return DeviceReport.of(device.choice(), tally);
    }

    /** Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            watched(operations::close);
        }
    }
}
