package dev.dmaops.firmware.log;

import java.util.OptionalLong;

/** What a line of a kernel log says, as far as it concerns DMA. Sizes are in bytes, slots have 2048 bytes. */
public sealed interface LogLine {
    /**
     * A kernel starts.
     *
     * @param version its release, such as {@code 6.12.117+deb12-amd64}
     */
    record KernelStart(String version) implements LogLine {}

    /**
     * What the kernel was started with.
     *
     * @param text the command line
     */
    record BootParameters(String text) implements LogLine {}

    /**
     * The bounce pool was made.
     *
     * @param start its first physical address
     * @param slots its size
     */
    record PoolMapped(long start, long slots) implements LogLine {}

    /**
     * How many areas the bounce pool is to have.
     *
     * @param areas the number asked for; a pool that is too small for them has fewer
     */
    record PoolAreas(long areas) implements LogLine {}

    /**
     * The bounce pool became smaller than asked for.
     *
     * @param asked slots asked for
     * @param got slots that could be had
     */
    record PoolReduced(long asked, long got) implements LogLine {}

    /**
     * Memory for a bounce pool could not be had, in this size or at all.
     *
     * @param text what the kernel says
     */
    record PoolFailed(String text) implements LogLine {}

    /**
     * A bounce pool of some devices alone.
     *
     * @param slots its size
     */
    record RestrictedPool(long slots) implements LogLine {}

    /**
     * A mapping found no room in a bounce pool, for one of five causes.
     *
     * @param device the device
     * @param bytes the size asked for; 6.12 prints it with the padding for the device's alignment, 6.1 without
     * @param total the slots of the pool; old kernels do not say
     * @param used the slots in use, read a moment after the search; old kernels do not say
     */
    record PoolFull(LogDevice device, long bytes, OptionalLong total, OptionalLong used) implements LogLine {}

    /**
     * The kernel left out lines, because a function printed too many.
     *
     * @param function the function
     * @param count how many lines are missing
     */
    record Suppressed(String function, long count) implements LogLine {}

    /**
     * An address is above what a device reaches.
     *
     * @param device the device
     * @param bounced whether it is the address of the bounce buffer, and not that of the buffer itself
     * @param address the address that the device would have used
     * @param bytes the length of the mapping
     * @param mask the device's DMA mask
     * @param busLimit the last address that its bus reaches; 0 if there is no such limit
     */
    record AddressOverflow(LogDevice device, boolean bounced, long address, long bytes, long mask, long busLimit)
            implements LogLine {}

    /**
     * More bytes were to be copied than the mapping has.
     *
     * @param device the device
     * @param room the bytes from the place of the copy to the end of the mapping
     * @param asked the bytes to be copied
     */
    record CopyTooLong(LogDevice device, long room, long asked) implements LogLine {}

    /**
     * Bytes in front of a mapping were to be copied.
     *
     * @param device the device
     * @param original offset of the mapping in its slot
     * @param requested offset of the copy in that slot
     */
    record CopyBeforeStart(LogDevice device, long original, long requested) implements LogLine {}

    /**
     * The checker of the DMA API (CONFIG_DMA_API_DEBUG) found a mistake of a driver.
     *
     * @param device the device
     * @param text the report without its prefix
     */
    record CheckerReport(LogDevice device, String text) implements LogLine {}

    /**
     * An IOMMU stopped an access of a device.
     *
     * @param device the device, or the IOMMU and the stream where no device is named
     * @param unit {@code DMAR}, {@code AMD-Vi}, {@code arm-smmu} or {@code arm-smmu-v3}
     * @param access {@code read}, {@code write} or empty if the line does not say
     * @param address the address that the device used; empty if the line does not say
     * @param reason the reason in the words or numbers of the unit
     * @param ofAddress whether the address is at fault, and not what the IOMMU knows about the device
     */
    record IommuFault(
            LogDevice device, String unit, String access, OptionalLong address, String reason, boolean ofAddress)
            implements LogLine {}

    /**
     * The kernel stopped in its DMA code.
     *
     * @param file the source file, such as {@code swiotlb.c}
     */
    record Bug(String file) implements LogLine {}

    /**
     * One of the complaints whose text is always the same.
     *
     * @param device the device
     * @param notice which
     */
    record Fixed(LogDevice device, Notice notice) implements LogLine {}
}
