package dev.dmaops.cli.workload;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.machine.sim.DmaEngine;

/** Makes the operations of each device of a platform, and keeps what they share: buffers, and domains beside dom0. */
interface OperationsMaker extends AutoCloseable {
    /**
     * The operations of one device.
     *
     * @param engine the device as hardware
     * @param tally where they count
     */
    Operations of(DmaDevice device, DmaEngine engine, DeviceTally tally, long seed);

    @Override
    void close();
}
