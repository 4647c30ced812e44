package dev.dmaops.api;

import dev.dmaops.spi.Allocation;
import java.lang.foreign.MemorySegment;

/**
 * Pages within a device's reach that the caller synchronises itself: cheaper than coherent memory where devices do not snoop.
 *
 * <p>The caller owns them until {@link #close()}.
 */
public final class NoncoherentBuffer implements AutoCloseable {
    private final DmaDevice device;
    private final Allocation allocation;
    private final DmaDirection direction;
    private boolean closed;

    NoncoherentBuffer(DmaDevice device, Allocation allocation, DmaDirection direction) {
        this.device = device;
        this.allocation = allocation;
        this.direction = direction;
    }

    /** The bytes, zeroed at first. Not valid after close. */
    public MemorySegment segment() {
        return allocation.memory();
    }

    /** What to give to the device. */
    public DmaAddress dmaAddress() {
        return new DmaAddress(allocation.dma());
    }

    /** Where the memory is for the CPU. Under Xen PV the DMA address may lead to a bounce buffer instead. */
    public PhysicalAddress physicalAddress() {
        return new PhysicalAddress(allocation.physical());
    }

    /** Length in bytes, in whole pages. */
    public long bytes() {
        return allocation.bytes();
    }

    /** Lends the pages to the CPU. */
    public void syncForCpu() {
        device.syncForCpu(allocation.dma(), allocation.bytes(), direction);
    }

    /** Gives the pages to the device. */
    public void syncForDevice() {
        device.syncForDevice(allocation.dma(), allocation.bytes(), direction);
    }

    /** Gives the pages back. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            device.freePages(allocation, direction);
        }
    }
}
