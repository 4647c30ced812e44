package dev.dmaops.api;

import org.jspecify.annotations.Nullable;

/**
 * A buffer in the device's hands. Closing it takes the buffer back; nothing else does.
 *
 * <p>From map to close the buffer belongs to the device. {@link #syncForCpu()} lends it to the CPU, {@link #syncForDevice()}
 * gives it back. Not for several threads at once.
 */
public final class DmaMapping implements AutoCloseable {
    private final DmaDevice device;
    private final long dma;
    private final long bytes;
    private final DmaDirection direction;
    private final int attributes;
    private final @Nullable BounceReason reason;
    private boolean closed;

    DmaMapping(
            DmaDevice device,
            long dma,
            long bytes,
            DmaDirection direction,
            int attributes,
            @Nullable BounceReason reason) {
        this.device = device;
        this.dma = dma;
        this.bytes = bytes;
        this.direction = direction;
        this.attributes = attributes;
        this.reason = reason;
    }

    /** What to give to the device. */
    public DmaAddress dmaAddress() {
        return new DmaAddress(dma);
    }

    /** Length in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Which way bytes move. */
    public DmaDirection direction() {
        return direction;
    }

    /** Whether the device works on a copy. */
    public boolean bounced() {
        return reason != null;
    }

    /** Why the device works on a copy; null when it works on the buffer itself. */
    public @Nullable BounceReason bounceReason() {
        return reason;
    }

    /** Makes what the device wrote visible; the CPU may touch the buffer until {@link #syncForDevice()}. */
    public void syncForCpu() {
        syncForCpu(0, bytes);
    }

    /** Makes what the CPU wrote visible; the device may touch the buffer again. */
    public void syncForDevice() {
        syncForDevice(0, bytes);
    }

    /**
     * {@link #syncForCpu()} for a part.
     *
     * @param offset first byte, from the start of the mapping
     * @param length in bytes
     */
    public void syncForCpu(long offset, long length) {
        requireInside(offset, length);
        device.syncForCpu(dma + offset, length, direction);
    }

    /**
     * {@link #syncForDevice()} for a part.
     *
     * @param offset first byte, from the start of the mapping
     * @param length in bytes
     */
    public void syncForDevice(long offset, long length) {
        requireInside(offset, length);
        device.syncForDevice(dma + offset, length, direction);
    }

    /** Ends the mapping and makes what the device wrote visible. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            device.unmapSingle(dma, bytes, direction, attributes);
        }
    }

    private void requireInside(long offset, long length) {
        if (closed) {
            throw new DmaUsageException(
                    DmaErrorCode.CLOSED,
                    device.id() + ": the mapping at dma=0x" + Long.toHexString(dma)
                            + " is closed. Map the buffer again.");
        }
        if (offset < 0 || length < 0 || offset > bytes - length) {
            throw new DmaUsageException(
                    DmaErrorCode.SYNC_OUTSIDE_MAPPING,
                    device.id() + ": cannot synchronise offset=" + offset + " bytes=" + length
                            + ": the mapping has bytes=" + bytes + ". Stay inside of it.");
        }
    }

    @Override
    public String toString() {
        return device.id() + " dma=0x" + Long.toHexString(dma) + " bytes=" + bytes + " " + direction
                + (reason == null ? "" : " bounced " + reason);
    }
}
