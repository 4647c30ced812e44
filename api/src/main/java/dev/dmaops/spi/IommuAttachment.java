package dev.dmaops.spi;

/**
 * The IOMMU in front of a device.
 *
 * @param hardware what it is
 * @param driverWish domain type that the IOMMU's driver asks for this device
 * @param deferredFlush whether the IOMMU's driver supports deferred invalidation
 * @param streamId the device's number there: PCI requester id or stream id
 * @param group devices with equal names here share one domain, because the IOMMU cannot tell them apart; empty for a device of
 *     its own
 * @param limits what it can translate, where that differs from its kind
 * @param origin where this came from
 */
public record IommuAttachment(
        Hardware hardware,
        DriverWish driverWish,
        boolean deferredFlush,
        long streamId,
        String group,
        IommuLimits limits,
        String origin) {
    /** An IOMMU that translates what its kind usually does. */
    public IommuAttachment(
            Hardware hardware,
            DriverWish driverWish,
            boolean deferredFlush,
            long streamId,
            String group,
            String origin) {
        this(hardware, driverWish, deferredFlush, streamId, group, IommuLimits.USUAL, origin);
    }

    /** A device that shares its domain with no other. */
    public IommuAttachment(
            Hardware hardware, DriverWish driverWish, boolean deferredFlush, long streamId, String origin) {
        this(hardware, driverWish, deferredFlush, streamId, "", origin);
    }

    /** The same with other limits. */
    public IommuAttachment withLimits(IommuLimits other) {
        return new IommuAttachment(hardware, driverWish, deferredFlush, streamId, group, other, origin);
    }

    /** Kinds of IOMMUs. */
    public enum Hardware {
        /** Intel VT-d. */
        INTEL("intel"),
        /** AMD-Vi. */
        AMD("amd"),
        /** Arm SMMU. */
        SMMU("smmu"),
        /** virtio-iommu. */
        VIRTIO("virtio-iommu"),
        /** AMD's old graphics aperture. */
        GART("gart"),
        /** Driven by Xen and not shown to the domain. */
        XEN_HIDDEN("xen-hidden"),
        /** 32-bit Arm with its own mapping code. */
        ARM_LEGACY("arm-legacy"),
        /** Renesas IPMMU. */
        RENESAS_IPMMU("renesas-ipmmu"),
        /** MediaTek M4U. */
        MEDIATEK_M4U("mediatek-m4u"),
        /** NVIDIA Tegra's own SMMU, before Arm's. */
        TEGRA_SMMU("tegra-smmu"),
        /** Qualcomm's cut-down SMMU. */
        QCOM_IOMMU("qcom-iommu"),
        /** Rockchip. */
        ROCKCHIP("rockchip-iommu"),
        /** Allwinner H6. */
        SUN50I("sun50i-iommu"),
        /** Samsung Exynos SysMMU. */
        EXYNOS("exynos-sysmmu"),
        /** Apple DART. */
        APPLE_DART("apple-dart"),
        /** One that no driver is known for. */
        UNKNOWN("unknown");

        private final String text;

        Hardware(String text) {
            this.text = text;
        }

        /** The word used in configuration. */
        public String text() {
            return text;
        }
    }

    /** What the IOMMU's driver asks for a device. */
    public enum DriverWish {
        /** Nothing. */
        NONE,
        /** Addresses unchanged. */
        IDENTITY,
        /** Translation. */
        DMA
    }
}
