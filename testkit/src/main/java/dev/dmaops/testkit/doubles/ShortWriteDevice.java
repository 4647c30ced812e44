package dev.dmaops.testkit.doubles;

import dev.dmaops.machine.sim.DmaEngine;
import java.lang.foreign.MemorySegment;

/**
 * A device that writes less than its buffer holds, as network cards and disks at the end do, and says how much.
 *
 * <p>What it did not write must be what it was before: a driver or backend that shows old bytes of a bounce buffer there leaks
 * somebody else's data.
 */
public final class ShortWriteDevice {
    private final DmaEngine engine;
    private final long most;

    /**
     * A device.
     *
     * @param most bytes that it writes at most into one buffer
     */
    public ShortWriteDevice(DmaEngine engine, long most) {
        this.engine = engine;
        this.most = most;
    }

    /**
     * Receives into a buffer.
     *
     * @param dma where the buffer is
     * @param bytes its length
     * @param data what arrived; what does not fit is dropped
     * @return bytes written
     */
    public long receive(long dma, long bytes, MemorySegment data) {
        long length = Math.min(Math.min(bytes, most), data.byteSize());
        return engine.write(dma, data.asSlice(0, length));
    }
}
