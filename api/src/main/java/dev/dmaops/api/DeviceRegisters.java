package dev.dmaops.api;

/**
 * A window of a device's registers: a BAR of a PCI function, or what stands for one in a simulated machine.
 *
 * <p>Each access is one access on the bus, of exactly its width, in the byte order of the device: little-endian. A write is ordered
 * after everything that the calling thread wrote before, memory included, so that a doorbell is never seen before its descriptor;
 * what the thread reads from memory after a read is not older than that read.
 *
 * <p>Any thread may call. After the platform is closed every call is a {@link DmaUsageException} with {@link DmaErrorCode#CLOSED}.
 */
public interface DeviceRegisters {
    /** Length of the window in bytes. */
    long bytes();

    /**
     * Reads 32 bits.
     *
     * @param offset in bytes, a multiple of 4
     * @throws DmaUsageException {@link DmaErrorCode#OUTSIDE_BUFFER} when it is outside of the window or not aligned
     */
    int read32(long offset);

    /** Writes 32 bits; errors as for {@link #read32}. */
    void write32(long offset, int value);

    /**
     * Reads 64 bits.
     *
     * @param offset in bytes, a multiple of 8
     * @throws DmaUsageException {@link DmaErrorCode#OUTSIDE_BUFFER} when it is outside of the window or not aligned
     */
    long read64(long offset);

    /** Writes 64 bits; errors as for {@link #read64}. */
    void write64(long offset, long value);
}
