package dev.dmaops.machine.linux.vfio;

/** Numbers of VFIO's and iommufd's requests: {@code _IO(';', n)}, the same on every architecture (include/uapi/linux/vfio.h, 6.12). */
final class VfioRequests {
    static final long GET_API_VERSION = 0x3B64;
    static final long CHECK_EXTENSION = 0x3B65;
    static final long SET_IOMMU = 0x3B66;
    static final long GROUP_GET_STATUS = 0x3B67;
    static final long GROUP_SET_CONTAINER = 0x3B68;
    static final long GROUP_GET_DEVICE_FD = 0x3B6A;
    static final long DEVICE_GET_INFO = 0x3B6B;
    static final long DEVICE_GET_REGION_INFO = 0x3B6C;
    static final long DEVICE_GET_IRQ_INFO = 0x3B6D;
    static final long DEVICE_SET_IRQS = 0x3B6E;
    static final long DEVICE_RESET = 0x3B6F;
    static final long IOMMU_GET_INFO = 0x3B70;
    static final long IOMMU_MAP_DMA = 0x3B71;
    static final long IOMMU_UNMAP_DMA = 0x3B72;

    static final long TYPE1_V2 = 3;
    static final long NO_IOMMU = 8;

    static final long DEVICE_BIND_IOMMUFD = 0x3B76;
    static final long DEVICE_ATTACH_PT = 0x3B77;
    static final long IOAS_ALLOC = 0x3B81;
    static final long IOAS_IOVA_RANGES = 0x3B84;
    static final long IOAS_MAP = 0x3B85;
    static final long IOAS_UNMAP = 0x3B86;

    private VfioRequests() {}
}
