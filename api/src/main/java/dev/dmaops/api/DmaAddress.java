package dev.dmaops.api;

/**
 * The number a device must put on its bus to reach a mapped byte: the only address to give to hardware.
 *
 * @param value the address in bytes, unsigned
 */
public record DmaAddress(long value) {
    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
