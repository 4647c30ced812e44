package dev.dmaops.api;

/** Why a mapping goes through a bounce buffer instead of using the caller's memory. */
public enum BounceReason {
    /** The end of the buffer is above the device's mask or bus limit. */
    ADDRESS_ABOVE_LIMIT,
    /** {@code swiotlb=force}. */
    FORCED_BY_CONFIG,
    /** A confidential guest shares only its pool with devices. */
    FORCED_CONFIDENTIAL_GUEST,
    /** No {@code dma-ranges} window contains the buffer. */
    OUTSIDE_DMA_RANGES,
    /** The device may use its restricted pool only. */
    RESTRICTED_POOL,
    /** A small buffer shares a cache line with other data and the device does not snoop caches. */
    SMALL_UNALIGNED_BUFFER,
    /** An untrusted device would see the rest of the IOMMU granule. */
    UNTRUSTED_PARTIAL_GRANULE,
    /** Consecutive guest pages are not consecutive in machine memory. */
    STRADDLES_MACHINE_FRAMES,
    /** Naturally aligned in the guest but not in machine memory (Linux 6.12.0). */
    MACHINE_MISALIGNED,
    /** A page of another domain, a non-coherent device, and no hypervisor call to maintain caches. */
    FOREIGN_NOT_FLUSHABLE,
    /** Heap or unpinned memory, which has no address that a device could use. */
    NOT_DEVICE_MEMORY
}
