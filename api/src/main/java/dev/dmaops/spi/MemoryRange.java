package dev.dmaops.spi;

/**
 * A stretch of physical addresses.
 *
 * @param start first byte
 * @param bytes length
 */
public record MemoryRange(long start, long bytes) {
    /** Last byte. */
    public long last() {
        return start + bytes - 1;
    }

    @Override
    public String toString() {
        return String.format("0x%x-0x%x", start, last());
    }
}
