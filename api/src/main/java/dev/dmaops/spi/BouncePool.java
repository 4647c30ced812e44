package dev.dmaops.spi;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.api.Refused;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Memory within reach that stands in for buffers that are not: the service that the {@code swiotlb} backend offers to others.
 *
 * <p>Addresses in and out are physical; who calls translates them for its device. Slots are 2048 bytes, allocated in runs that
 * never cross a set of 128. No method allocates on the Java heap but {@link #statistics}, {@link #refusal} and {@link #state}.
 * Any thread may call.
 */
public interface BouncePool extends AutoCloseable {
    /** The pool's name: {@code default}, or the reserved-memory node of a restricted pool. */
    String name();

    /** First physical byte. */
    long start();

    /** Length in bytes. */
    long bytes();

    /** Whether every streaming mapping must go through this pool. */
    boolean forced();

    /** Whether this is a restricted pool, which serves coherent memory as well. */
    boolean restricted();

    /** Whether the address is inside. */
    boolean contains(long physical);

    /**
     * Takes slots, remembers the original and copies it in, whatever direction and attributes say
     * (swiotlb_tbl_map_single, kernel/dma/swiotlb.c, 6.12).
     *
     * @param original physical address of the buffer
     * @param bytes length, at least 1
     * @param allocationAlignMask low bits of the bounce buffer's allocation that must be zero; 0 for none
     * @param reason remembered for {@link #reason}
     * @return physical address of the copy, or a refusal
     */
    long map(
            DmaDeviceState device,
            long original,
            long bytes,
            long allocationAlignMask,
            DmaDirection direction,
            int attributes,
            BounceReason reason);

    /** {@link #map} for memory that has no physical address. */
    long mapMemory(DmaDeviceState device, MemorySegment original, DmaDirection direction, int attributes);

    /**
     * Copies back as direction and attributes say, and gives the slots back.
     *
     * @throws dev.dmaops.api.DmaUsageException NOT_MAPPED when no mapping starts there; nothing changes. BUFFER_GONE when the memory
     *     to copy back to is none any more; the slots are given back
     */
    void unmap(DmaDeviceState device, long physical, long bytes, DmaDirection direction, int attributes);

    /** Copies from the original to the pool when the direction reaches the device. The address may be inside of a mapping. */
    void syncForDevice(DmaDeviceState device, long physical, long bytes, DmaDirection direction);

    /** Copies from the pool to the original when the direction reaches the CPU. The address may be inside of a mapping. */
    void syncForCpu(DmaDeviceState device, long physical, long bytes, DmaDirection direction);

    /**
     * Takes slots without an original, for coherent memory of a restricted pool.
     *
     * @param bytes length; aligned to its own size rounded up to a power of two of pages
     * @return physical address, or a refusal
     */
    long allocate(DmaDeviceState device, long bytes);

    /** Gives back what {@link #allocate} gave. */
    void free(DmaDeviceState device, long physical);

    /** Longest mapping that is sure to fit, in bytes (swiotlb_max_mapping_size). */
    long maxMappingBytes(DmaDeviceState device);

    /** Highest physical address of a slot: what a device's mask must reach (default_swiotlb_limit). */
    long limit();

    /** Why the mapping at this address bounced, or null when none is there. */
    @Nullable
    BounceReason reason(long physical);

    /** Puts a refusal into words, with numbers. */
    Refused refusal(DmaDeviceState device, DmaErrorCode code, long original, long bytes);

    /** Counters as they are now. */
    PoolStatistics statistics();

    /** Starts the high-water mark again at the slots in use now. */
    void resetHighWater();

    /**
     * Slots reserved in front of the mapping at this address, to keep low bits of its original (pad_slots,
     * kernel/dma/swiotlb.c, 6.12); -1 when no mapping starts there.
     */
    int paddingSlots(long physical);

    /**
     * One area as it is now.
     *
     * @param index 0 to the number of areas less 1
     */
    PoolState.Area area(int index);

    /** The slots as they are now: for reports and for comparison with a kernel's own. */
    PoolState state();

    /** Gives the pool's memory back. Slots still in use make this a usage error. */
    @Override
    void close();
}
