package dev.dmaops.firmware.devicetree;

/**
 * A run of CPU memory that a device reaches, and where the device sees it (Linux: {@code struct bus_dma_region}).
 *
 * @param cpuStart first byte, a CPU physical address
 * @param dmaStart the address of the same byte as the device sees it
 * @param size number of bytes, unsigned, never 0
 */
public record DmaWindow(long cpuStart, long dmaStart, long size) {
    /** {@return the DMA address of the last byte} */
    public long dmaLast() {
        return dmaStart + size - 1;
    }

    @Override
    public String toString() {
        return "cpu 0x%x dma 0x%x size 0x%x".formatted(cpuStart, dmaStart, size);
    }
}
