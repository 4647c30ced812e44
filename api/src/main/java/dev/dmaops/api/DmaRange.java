package dev.dmaops.api;

/**
 * One window of a bus: CPU addresses from {@code cpuStart} appear to devices on it at {@code dmaStart}.
 *
 * @param cpuStart first physical address of the window, in bytes
 * @param dmaStart first DMA address of the window, in bytes
 * @param bytes length of the window; a window of 0 bytes translates nothing
 */
public record DmaRange(long cpuStart, long dmaStart, long bytes) {
    /** Highest DMA address of the window. */
    public long dmaLast() {
        return dmaStart + bytes - 1;
    }

    /** Highest physical address of the window. */
    public long cpuLast() {
        return cpuStart + bytes - 1;
    }

    @Override
    public String toString() {
        return String.format("cpu 0x%x dma 0x%x size 0x%x", cpuStart, dmaStart, bytes);
    }
}
