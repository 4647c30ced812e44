package dev.dmaops.machine.sim.device;

import dev.dmaops.machine.sim.DmaEngine;

/**
 * A device that copies memory to memory: source, destination and length in, a status out.
 *
 * <p>It works while {@link #start} runs. Not for several threads at once.
 */
public final class CopyEngine {
    private final DmaEngine engine;
    private long source;
    private long destination;
    private long length;
    private long copied;

    /** A copy engine that reaches memory through {@code engine}. */
    public CopyEngine(DmaEngine engine) {
        this.engine = engine;
    }

    /** Register: DMA address of the first byte to read. */
    public void setSource(long dma) {
        source = dma;
    }

    /** Register: DMA address of the first byte to write. */
    public void setDestination(long dma) {
        destination = dma;
    }

    /** Register: bytes to copy. */
    public void setLength(long bytes) {
        length = bytes;
    }

    /** Doorbell: copies. */
    public Status start() {
        copied = engine.copy(source, destination, length);
        return copied == length ? Status.DONE : Status.BUS_ERROR;
    }

    /** Register: bytes that the last copy moved. */
    public long copied() {
        return copied;
    }

    /** What came of a copy. */
    public enum Status {
        /** Everything was copied. */
        DONE,
        /** The bus refused an access; {@link CopyEngine#copied()} bytes were moved. */
        BUS_ERROR
    }
}
