package dev.dmaops.api;

/**
 * Which way bytes move during a streaming mapping.
 *
 * <p>There is no constant for Linux's {@code DMA_NONE}: mapping with it is a kernel BUG, so it cannot be written here.
 */
public enum DmaDirection {
    /** The device reads and writes the buffer. */
    BIDIRECTIONAL,
    /** The device reads the buffer; nothing is copied back. */
    TO_DEVICE,
    /** The device writes the buffer. Bytes that it leaves unwritten keep the values they had when it was mapped. */
    FROM_DEVICE;

    private static final DmaDirection[] BY_LINUX_VALUE = values();

    /** Whether bytes written by the CPU must become visible to the device. */
    public boolean reachesDevice() {
        return this != FROM_DEVICE;
    }

    /** Whether bytes written by the device must become visible to the CPU. */
    public boolean reachesCpu() {
        return this != TO_DEVICE;
    }

    /**
     * The direction for a value of Linux's {@code enum dma_data_direction} (include/linux/dma-direction.h, 6.12).
     *
     * @throws DmaUsageException {@link DmaErrorCode#INVALID_DIRECTION} for any value but 0, 1 and 2
     */
    public static DmaDirection ofLinux(int value) {
        if (value < 0 || value >= BY_LINUX_VALUE.length) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_DIRECTION,
                    "direction value=" + value + " is not a transfer: expected 0 (bidirectional), 1 (to device) or 2"
                            + " (from device). Name the direction in which the device moves bytes.");
        }
        return BY_LINUX_VALUE[value];
    }
}
