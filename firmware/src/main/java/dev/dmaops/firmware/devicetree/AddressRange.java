package dev.dmaops.firmware.devicetree;

/**
 * A run of physical memory or registers.
 *
 * @param start first byte, unsigned
 * @param size number of bytes, unsigned
 */
public record AddressRange(long start, long size) {
    /** {@return the last byte of the range; meaningless when the size is 0} */
    public long last() {
        return start + size - 1;
    }

    @Override
    public String toString() {
        return "0x%x+0x%x".formatted(start, size);
    }
}
