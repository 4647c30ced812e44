package dev.dmaops.selection;

/** Who answers a device's DMA calls, in the kernel's words. */
public enum DmaPath {
    /** Nobody is installed: kernel/dma/direct.c. */
    DIRECT("dma-direct"),
    /** drivers/iommu/dma-iommu.c. */
    IOMMU("iommu_dma_ops"),
    /** drivers/xen/swiotlb-xen.c. */
    XEN("xen_swiotlb_dma_ops"),
    /** drivers/xen/grant-dma-ops.c. */
    GRANT("xen_grant_dma_ops"),
    /** kernel/dma/dummy.c: every call fails. */
    DUMMY("dma_dummy_ops"),
    /** arch/x86/kernel/amd_gart_64.c. */
    GART("gart_dma_ops"),
    /** arch/arm/mm/dma-mapping.c with an IOMMU. */
    ARM_IOMMU("iommu_ops of arch/arm"),
    /** arch/arm/mm/dma-mapping.c without an IOMMU, up to 5.x. */
    ARM_PLAIN("arm_dma_ops");

    private final String kernelName;

    DmaPath(String kernelName) {
        this.kernelName = kernelName;
    }

    /** The kernel's name. */
    public String kernelName() {
        return kernelName;
    }
}
