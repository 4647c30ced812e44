package dev.dmaops.trace.event;

import org.jspecify.annotations.Nullable;

/** One buffer for which slots are searched. */
public final class Bounce {
    /** Stands for an address that the trace does not show. */
    public static final long UNKNOWN = -1;

    /** Number of its line. */
    public final long line;

    /** When the search began, in nanoseconds of the trace's clock. */
    public final long nanos;

    /** Processor that searched. */
    public final int cpu;

    /** Number of the device. */
    public final int device;

    /** Address of the original; its low bits are those of the physical address. */
    public final long original;

    /** Length in bytes. */
    public final long bytes;

    /** What the player keeps: the address that it got in each pool. */
    public long[] addresses = {};

    private long dma = UNKNOWN;
    private int index;
    private @Nullable Operation operation;

    Bounce(TraceEvent event, long original, long bytes) {
        line = event.line;
        nanos = event.nanos;
        cpu = event.cpu;
        device = event.device;
        this.original = original;
        this.bytes = bytes;
    }

    /** Says whose it is. */
    void belongsTo(Operation whose, int place, long address) {
        operation = whose;
        whose.bounces[place] = this;
        index = place;
        dma = address;
    }

    /** Whether it is known whose it is. */
    boolean isResolved() {
        return operation != null;
    }

    /** The operation that it is a part of. */
    public Operation operation() {
        if (operation == null) {
            throw new IllegalStateException("line " + line + ": a bounce is played before its operation is known");
        }
        return operation;
    }

    /** Its place among the bounces of the operation, from 0. */
    public int index() {
        return index;
    }

    /** Whether the operation has no bounce after it. */
    public boolean isLast() {
        return index == operation().bounces.length - 1;
    }

    /** DMA address that it got when the trace was made, or {@link #UNKNOWN}. */
    public long dma() {
        return dma;
    }

    /** Whether the original is the buffer of a map event, which names its physical address: a bus may shift pages, not bytes in a page. */
    boolean isOf(long physical, long length) {
        return bytes == length && ((original ^ physical) & 0xfff) == 0;
    }
}
