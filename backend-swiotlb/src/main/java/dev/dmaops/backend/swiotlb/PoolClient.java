package dev.dmaops.backend.swiotlb;

import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_MASK;
import static dev.dmaops.backend.swiotlb.SlotGeometry.SLOT_SHIFT;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.DmaDeviceState;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A device as its pool knows it: where its bounce buffers may lie, worked out once for its constraints, and what it did. Kept in the
 * device's state, so that a map finds it without a search. All in one object, because a map reads all of it.
 */
final class PoolClient {
    /** Whose client it is. */
    final Object pool;

    final DmaDeviceState device;

    /** What the rest was worked out for. */
    final DmaConstraints constraints;

    /** Whether the pool has a DMA address for the device at all. */
    final boolean reachable;

    /** DMA address of the pool, cut to the boundary. */
    final long base;

    /** Bits of the DMA address that must be as in the original. */
    final long keepMask;

    /** Slots between two boundaries that no mapping crosses, a power of two. */
    final long boundarySlots;

    /** The pool starts at a slot's address and no boundary lies inside of it. */
    final boolean simple;

    /**
     * Slots whose kept bits are those of an original come at least every 64, no boundary is in the way and areas are whole sets:
     * {@link SlotTable#takeSoon} can do it.
     */
    final boolean near;

    /** What it did in each area. */
    final CopyCounts[] counts;

    /** Mappings refused. */
    final LongAdder refusals;

    /**
     * Works out where its buffers may lie.
     *
     * @param before the client that it was, under other constraints, or null
     */
    PoolClient(Object pool, SlotGeometry geometry, DmaDeviceState device, @Nullable PoolClient before) {
        this.pool = pool;
        this.device = device;
        constraints = device.constraints();
        long boundary = constraints.segmentBoundaryMask();
        long dma = device.ranges().toDma(geometry.start());
        reachable = dma != DmaRangeMap.UNREACHABLE;
        base = dma & boundary;
        keepMask = constraints.minAlignMask();
        boundarySlots = (boundary >>> SLOT_SHIFT) + 1;
        simple = (base & SLOT_MASK) == 0
                && ((base >>> SLOT_SHIFT) & (boundarySlots - 1)) + geometry.slots() <= boundarySlots;
        near = reachable && simple && !geometry.odd() && (keepMask & (keepMask + 1)) == 0 && FreeSlots.isNear(keepMask);
        counts = before == null ? CopyCounts.perArea(geometry.areas()) : before.counts;
        refusals = before == null ? new LongAdder() : before.refusals;
    }

    /** Bytes from the first slot's first one to a mapping's: those slots of padding, and the offset in a slot, that it needs. */
    long offset(long original, long allocationAlignMask) {
        return original & keepMask & (allocationAlignMask | SLOT_MASK);
    }

    /** Bytes to be allocated: offset in front and rounding behind included. */
    static long allocated(long length, long offset, long allocationAlignMask) {
        return (length + offset + allocationAlignMask) & ~allocationAlignMask;
    }

    /** Low bits of the allocation's DMA address that must be 0. Pages lie at pages unless something else is asked for. */
    long allocationMask(long allocated, long allocationAlignMask, long pageBytes) {
        long mask = allocationAlignMask == 0 && keepMask == 0 && allocated >= pageBytes
                ? pageBytes - 1
                : allocationAlignMask;
        return mask | SLOT_MASK;
    }

    /**
     * Which of the pool's first 64 slots, and of every other 64, lie right for an original.
     *
     * @param allocationMask low bits that must be 0, as {@link #near} as those to be kept
     */
    long pattern(long allocationMask, long original) {
        int periodMask = (int) ((allocationMask | keepMask) >>> SLOT_SHIFT);
        long phase = ((original & keepMask & ~allocationMask) - base) >>> SLOT_SHIFT;
        return SetBits.every(periodMask + 1, (int) phase & periodMask);
    }
}
