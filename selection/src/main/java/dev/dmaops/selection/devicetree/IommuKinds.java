package dev.dmaops.selection.devicetree;

import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Which IOMMU a node is, by its {@code compatible}. */
final class IommuKinds {
    private record Kind(Pattern compatible, Hardware hardware) {}

    private static final List<Kind> KINDS = List.of(
            kind("arm,smmu.*|arm,mmu-\\d+|.*,smmu-v\\d|.*,smmu-500|.*-smmu-500|qcom,adreno-smmu", Hardware.SMMU),
            kind("virtio,mmio|virtio,pci-iommu|pci1af4,1057", Hardware.VIRTIO),
            kind("renesas,ipmmu-.*", Hardware.RENESAS_IPMMU),
            kind("mediatek,.*-m4u|mediatek,.*-iommu.*", Hardware.MEDIATEK_M4U),
            kind("nvidia,tegra\\d+-(mc|smmu)", Hardware.TEGRA_SMMU),
            kind("qcom,.*-iommu|qcom,msm-iommu-v\\d", Hardware.QCOM_IOMMU),
            kind("rockchip,.*iommu", Hardware.ROCKCHIP),
            kind("allwinner,sun50i-.*-iommu", Hardware.SUN50I),
            kind("samsung,exynos-sysmmu", Hardware.EXYNOS),
            kind("apple,.*-dart", Hardware.APPLE_DART));

    private static final Set<Hardware> DEFERRED_FLUSH = Set.of(Hardware.SMMU, Hardware.VIRTIO);

    /** Masters of Qualcomm's SMMU that firmware has left running, so that they must not lose their addresses. */
    private static final Pattern QCOM_RUNNING =
            Pattern.compile("qcom,(adreno|adreno-gmu|mdp4|mdss|[a-z0-9]+-mdss|[a-z0-9]+-mss-pil)");

    private IommuKinds() {}

    /** What the IOMMU is. */
    static Hardware of(DeviceTreeNode iommu) {
        for (Kind kind : KINDS) {
            if (matches(iommu, kind.compatible)) {
                return kind.hardware;
            }
        }
        return Hardware.UNKNOWN;
    }

    /** Whether its driver can collect invalidations (IOMMU_CAP_DEFERRED_FLUSH, 6.12). */
    static boolean deferredFlush(Hardware hardware) {
        return DEFERRED_FLUSH.contains(hardware);
    }

    /** What its driver asks for a device (drivers/iommu/arm/arm-smmu/arm-smmu-qcom.c qcom_smmu_def_domain_type). */
    static DriverWish wish(DeviceTreeNode iommu, DeviceTreeNode device) {
        boolean qcomSmmu =
                of(iommu) == Hardware.SMMU && iommu.compatible().stream().anyMatch(type -> type.startsWith("qcom,"));
        return qcomSmmu && matches(device, QCOM_RUNNING) ? DriverWish.IDENTITY : DriverWish.NONE;
    }

    private static boolean matches(DeviceTreeNode node, Pattern pattern) {
        return node.compatible().stream().anyMatch(type -> pattern.matcher(type).matches());
    }

    private static Kind kind(String compatible, Hardware hardware) {
        return new Kind(Pattern.compile(compatible), hardware);
    }
}
