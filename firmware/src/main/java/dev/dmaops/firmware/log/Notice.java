package dev.dmaops.firmware.log;

import java.util.regex.Pattern;

/** The complaints about DMA whose text is always the same. */
public enum Notice {
    /** A device needs a bounce buffer and there is no pool. */
    NO_POOL("SWIOTLB buffer earlier", "Can ?not allocate SWIOTLB buffer earlier"),
    /** A device that is not trusted needs a bounce buffer and there is no pool (dma-iommu). */
    NO_POOL_UNALIGNED("DMA bounce buffers are inactive", "DMA bounce buffers are inactive"),
    /** Under Xen no machine-contiguous memory could be had for the pool. */
    XEN_NO_CONTIGUOUS("contiguous memory for DMA from Xen", "Failed to get contiguous memory for DMA from Xen"),
    /** What the IOMMU translates and what the firmware allows the device have nothing in common. */
    RANGE_OUTSIDE_IOMMU("outside IOMMU capability", "specified DMA range outside IOMMU capability"),
    /** A second device of an IOMMU domain needs another layout of addresses. */
    RANGE_INCOMPATIBLE("Incompatible range for DMA", "Incompatible range for DMA domain"),
    /** The device wants an alignment that the IOMMU's pages cannot keep. */
    IOMMU_ALIGNMENT("Unsupported alignment constraint", "Unsupported alignment constraint"),
    /** The memory set aside for coherent buffers in atomic context is used up. */
    ATOMIC_POOL_EXHAUSTED("DMA pool exhausted for", "DMA pool exhausted for"),
    /** A caller wants bounce buffers aligned to more than a page. */
    ALLOCATION_ALIGNMENT("Alloc alignment may prevent", "Alloc alignment may prevent fulfilling requests"),
    /** A restricted pool lies where the kernel has no address for it. */
    RESTRICTED_POOL_HIGH(
            "Restricted DMA pool must be accessible",
            "Restricted DMA pool must be accessible within the linear mapping");

    private final String marker;
    private final Pattern pattern;

    Notice(String marker, String pattern) {
        this.marker = marker;
        this.pattern = Pattern.compile(pattern);
    }

    String marker() {
        return marker;
    }

    Pattern pattern() {
        return pattern;
    }
}
