package dev.dmaops.api;

/**
 * The addresses a device can put on its bus: an address is reachable when it is not above the mask.
 *
 * @param value the highest DMA address the device can drive, unsigned
 */
public record DmaMask(long value) {
    /** All 64 address bits. */
    public static final DmaMask ALL = new DmaMask(-1L);

    /** What a device has until its driver says otherwise. */
    public static final DmaMask BITS_32 = new DmaMask(0xffff_ffffL);

    /**
     * The mask of a device with the given number of address lines.
     *
     * @param bits address lines, 0 to 64; 0 reaches nothing, and no device accepts it
     * @throws DmaUsageException {@link DmaErrorCode#INVALID_MASK} outside that range
     */
    public static DmaMask ofBits(int bits) {
        if (bits < 0 || bits > 64) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_MASK,
                    "a mask of bits=" + bits
                            + " does not exist: expected 0 to 64. Pass the number of address lines that"
                            + " the device drives.");
        }
        return new DmaMask(bits == 64 ? -1L : (1L << bits) - 1);
    }

    /** Whether the last byte of a buffer at {@code address}, {@code bytes} long, is within the mask. */
    public boolean covers(long address, long bytes) {
        long last = address + bytes - 1;
        return Long.compareUnsigned(last, value) <= 0 && Long.compareUnsigned(address, value) <= 0;
    }

    /** Address lines needed for the highest reachable address, 0 to 64. */
    public int bits() {
        return 64 - Long.numberOfLeadingZeros(value);
    }

    @Override
    public String toString() {
        return value == ofBits(bits()).value ? bits() + "bit" : "0x" + Long.toHexString(value);
    }
}
