package dev.dmaops.trace.event;

import dev.dmaops.api.DmaDirection;

/** One call of a driver: a buffer or a scatter list is mapped, bounced or not. */
public final class Operation {
    /** How a call ended when the trace was made. */
    public enum Outcome {
        /** It was mapped. */
        MAPPED,
        /** It was refused, and what it had got was given back. */
        REFUSED,
        /** The trace ends in the middle of it. */
        CUT
    }

    /** Number of the device. */
    public final int device;

    /** Direction; BIDIRECTIONAL when the trace does not say. */
    public final DmaDirection direction;

    /** How it ended. */
    public final Outcome outcome;

    /** Buffers that it names: 1, or the entries of the list. */
    public final int buffers;

    /** Those of them that bounced, in order. */
    public final Bounce[] bounces;

    /** What its unmap will name: the DMA address, or a digest of the list's physical addresses. */
    final long key;

    Operation(TraceEvent event, DmaDirection direction, Outcome outcome, int buffers, Bounce[] bounces, long key) {
        device = event.device;
        this.direction = direction;
        this.outcome = outcome;
        this.buffers = buffers;
        this.bounces = bounces;
        this.key = key;
    }

    /** A call whose end the trace does not show. */
    Operation(Outcome outcome, Bounce[] bounces) {
        this.device = bounces[0].device;
        this.direction = DmaDirection.BIDIRECTIONAL;
        this.outcome = outcome;
        this.buffers = bounces.length;
        this.bounces = bounces;
        this.key = Bounce.UNKNOWN;
    }
}
