package dev.dmaops.api;

/** The stable number in front of every message. 1xxx configuration, 2xxx mapping, 3xxx usage, 4xxx pool, 5xxx host. */
public enum DmaErrorCode {
    /** A key or value of the configuration is wrong. */
    CONFIGURATION(1001),
    /** A key that does not exist. */
    UNKNOWN_KEY(1002),
    /** A device name that the platform does not have. */
    UNKNOWN_DEVICE(1003),
    /** A file that the configuration names cannot be read or is malformed. */
    BAD_FILE(1004),
    /** A number without a unit, or with one that does not fit. */
    BAD_QUANTITY(1005),
    /** No {@code PlatformAssembler} on the class path or module path. */
    NO_ASSEMBLER(1010),
    /** A device needs a backend whose jar is not there. */
    MISSING_BACKEND(1011),
    /** The machine or the platform provider is not there. */
    MISSING_PROVIDER(1012),
    /** Two jars claim the same provider id. */
    DUPLICATE_PROVIDER(1013),
    /** A device is forced to a backend that its kernel cannot have. */
    BACKEND_NOT_IN_KERNEL(1014),
    /** A backend that is chosen and explained but not built. */
    BACKEND_NOT_BUILT(1015),
    /** The kernel configuration contradicts itself. */
    CONTRADICTORY_CONFIG(1016),
    /** The machine cannot be built as described. */
    BAD_MACHINE(1017),
    /** A device's pool lies where the device cannot reach it. */
    POOL_OUT_OF_REACH_AT_OPEN(1018),

    /** The buffer is out of reach and there is no pool. */
    OUT_OF_REACH(2001),
    /** The buffer must bounce and is longer than one mapping can be. */
    REQUEST_TOO_LARGE(2002),
    /** Slots are free, but no run of them is long enough or lies right. */
    NO_FREE_RUN(2003),
    /** Fewer slots are free than the request needs. */
    POOL_EXHAUSTED(2004),
    /** The bounce buffer itself is above the device's mask or bus limit. */
    POOL_OUT_OF_REACH(2005),
    /** A bounce is needed and the pool was never made. */
    NO_POOL(2006),
    /** The memory has no address that a device could use, and this backend cannot bounce it. */
    NOT_DEVICE_MEMORY(2007),
    /** The device has no streaming mask at all. */
    NO_STREAMING_MASK(2008),
    /** No IOVA of that size is free below the device's limit. */
    IOVA_EXHAUSTED(2009),
    /** The backend has no operation for device registers. */
    RESOURCE_UNSUPPORTED(2010),
    /** No coherent memory of that size within reach. */
    NO_COHERENT_MEMORY(2011),
    /** Peer memory that this path cannot carry. */
    PEER_MEMORY(2012),
    /** The device can do no DMA: firmware or the IOMMU core said so. */
    NO_DMA(2013),
    /** The IOMMU refused the mapping. */
    IOMMU_MAP_FAILED(2014),
    /** No contiguous machine memory could be exchanged. */
    NO_CONTIGUOUS_REGION(2015),
    /** The host's IOMMU interface holds as many mappings as it may. */
    IOMMU_TOO_MANY_MAPPINGS(2016),
    /** The process may not lock as much memory as it maps. */
    IOMMU_LOCKED_MEMORY(2017),

    /** A size that is negative, or zero where a bounce would be needed. */
    INVALID_SIZE(3001),
    /** A direction value that is no transfer. */
    INVALID_DIRECTION(3002),
    /** A mask that cannot exist. */
    INVALID_MASK(3003),
    /** An unmap or sync of an address that is not mapped. */
    NOT_MAPPED(3004),
    /** An unmap or sync that disagrees with the map about size or direction. */
    MISMATCHED_UNMAP(3005),
    /** A sync outside of the mapping. */
    SYNC_OUTSIDE_MAPPING(3006),
    /** Use after close. */
    CLOSED(3007),
    /** An offset outside of the buffer. */
    OUTSIDE_BUFFER(3008),
    /** A scatter list in the wrong state. */
    SCATTER_STATE(3009),
    /** Pool parameters that cannot be. */
    INVALID_POOL(3010),
    /** A block that does not belong to the DMA pool, or was freed before. */
    NOT_A_POOL_BLOCK(3011),
    /** Memory still in use at close. */
    STILL_IN_USE(3012),
    /** An alignment, boundary or attribute that is not allowed. */
    INVALID_ARGUMENT(3013),
    /** IOMMU mapping misuse. */
    IOMMU_USAGE(3014),
    /** The memory of a buffer was given away while it was mapped: what a device wrote cannot be copied back. */
    BUFFER_GONE(3015),

    /** The pool cannot be made as asked. */
    POOL_NOT_CREATED(4001),

    /** A call into the host system failed. */
    HOST_CALL(5001),
    /** A frame number of the host is hidden. */
    HOST_PAGEMAP_HIDDEN(5002),
    /** The device is in use by the kernel, or its group is not free. */
    HOST_DEVICE_IN_USE(5003),
    /** The host has not the memory that the machine is to be made of. */
    HOST_NO_MEMORY(5004);

    private final int number;

    DmaErrorCode(int number) {
        this.number = number;
    }

    /** The number, 1001 to 5999. */
    public int number() {
        return number;
    }

    /** {@code DMA-} and the number: how the code starts a message. */
    public String text() {
        return "DMA-" + number;
    }
}
