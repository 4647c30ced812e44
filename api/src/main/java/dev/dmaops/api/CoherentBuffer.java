package dev.dmaops.api;

import dev.dmaops.spi.Allocation;
import java.lang.foreign.MemorySegment;

/**
 * Memory that CPU and device see alike without synchronising: rings, descriptors, doorbells. Zeroed when allocated.
 *
 * <p>The caller owns it until {@link #close()}.
 */
public final class CoherentBuffer implements CoherentResult, AutoCloseable {
    private final DmaDevice device;
    private final Allocation allocation;
    private final int attributes;
    private boolean closed;

    CoherentBuffer(DmaDevice device, Allocation allocation, int attributes) {
        this.device = device;
        this.allocation = allocation;
        this.attributes = attributes;
    }

    /** The bytes; empty when allocated with {@link DmaAttributes#NO_KERNEL_MAPPING}. Not valid after close. */
    public MemorySegment segment() {
        return allocation.memory();
    }

    /** What to give to the device. */
    public DmaAddress dmaAddress() {
        return new DmaAddress(allocation.dma());
    }

    /** Where the memory is for the CPU. */
    public PhysicalAddress physicalAddress() {
        return new PhysicalAddress(allocation.physical());
    }

    /** Length in bytes: what was asked for, in whole pages. */
    public long bytes() {
        return allocation.bytes();
    }

    /** Gives the memory back. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            device.freeCoherent(allocation, attributes);
        }
    }
}
