package dev.dmaops.api;

import dev.dmaops.spi.NoncontiguousAllocation;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Pages that need not lie together for the CPU, and which the device sees as one piece; the caller synchronises them itself
 * (dma_alloc_noncontiguous, 6.12). Without an IOMMU there is exactly one piece.
 *
 * <p>The caller owns them until {@link #close()}.
 */
public final class NoncontiguousBuffer implements AutoCloseable {
    private final DmaDevice device;
    private final NoncontiguousAllocation allocation;
    private final List<MemorySegment> pieces;
    private final DmaDirection direction;
    private boolean closed;

    NoncontiguousBuffer(
            DmaDevice device, NoncontiguousAllocation allocation, List<MemorySegment> pieces, DmaDirection direction) {
        this.device = device;
        this.allocation = allocation;
        this.pieces = pieces;
        this.direction = direction;
    }

    /** The bytes, zeroed at first, in the order in which the device sees them. Not valid after close. */
    public List<MemorySegment> pieces() {
        return pieces;
    }

    /** What to give to the device: one address for all of it. */
    public DmaAddress dmaAddress() {
        return new DmaAddress(allocation.dma());
    }

    /** Length in bytes, in whole pages. */
    public long bytes() {
        return allocation.bytes();
    }

    /** Lends the pages to the CPU. */
    public void syncForCpu() {
        long at = allocation.dma();
        for (MemorySegment piece : pieces) {
            device.syncForCpu(at, piece.byteSize(), direction);
            at += piece.byteSize();
        }
    }

    /** Gives the pages to the device. */
    public void syncForDevice() {
        long at = allocation.dma();
        for (MemorySegment piece : pieces) {
            device.syncForDevice(at, piece.byteSize(), direction);
            at += piece.byteSize();
        }
    }

    /** Gives the pages back. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            device.freeNoncontiguous(allocation, direction);
        }
    }
}
