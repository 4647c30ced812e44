package dev.dmaops.spi;

/**
 * Choices that a configuration can make against the kernel's default.
 *
 * @param skipSwiotlbBehindIommu whether Xen's ops are left out for devices behind an IOMMU; the kernel does not
 * @param iommuTranslatesForeign whether the IOMMU backend translates another domain's pages first; the kernel does not
 * @param zeroSlotPadding whether the rest of a slot is cleared; the kernel leaves old bytes there
 */
public record Policy(boolean skipSwiotlbBehindIommu, boolean iommuTranslatesForeign, boolean zeroSlotPadding) {
    /** What the kernel does. */
    public static final Policy AS_LINUX = new Policy(false, false, false);
}
