package dev.dmaops.selection.rules;

import static dev.dmaops.selection.SystemFacts.DRIVEN;
import static dev.dmaops.selection.SystemFacts.IOMMUS;

import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.spi.IommuAttachment.Hardware;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Which IOMMUs this kernel has a driver for, where nothing but the kernel configuration decides. */
public final class IommuDriverRules {
    private static final List<Driver> DRIVERS = List.of(
            new Driver(Hardware.SMMU, "smmu", List.of("ARM_SMMU_V3", "ARM_SMMU"), "drivers/iommu/arm"),
            new Driver(Hardware.VIRTIO, "virtio", List.of("VIRTIO_IOMMU"), "drivers/iommu/virtio-iommu.c"),
            new Driver(Hardware.ARM_LEGACY, "arm-legacy", List.of("ARM_DMA_USE_IOMMU"), "arch/arm/mm/dma-mapping.c"),
            new Driver(Hardware.RENESAS_IPMMU, "renesas", List.of("IPMMU_VMSA"), "drivers/iommu/ipmmu-vmsa.c"),
            new Driver(
                    Hardware.MEDIATEK_M4U,
                    "mediatek",
                    List.of("MTK_IOMMU", "MTK_IOMMU_V1"),
                    "drivers/iommu/mtk_iommu.c"),
            new Driver(Hardware.TEGRA_SMMU, "tegra", List.of("TEGRA_IOMMU_SMMU"), "drivers/iommu/tegra-smmu.c"),
            new Driver(Hardware.QCOM_IOMMU, "qcom", List.of("QCOM_IOMMU"), "drivers/iommu/arm/arm-smmu/qcom_iommu.c"),
            new Driver(Hardware.ROCKCHIP, "rockchip", List.of("ROCKCHIP_IOMMU"), "drivers/iommu/rockchip-iommu.c"),
            new Driver(Hardware.SUN50I, "sun50i", List.of("SUN50I_IOMMU"), "drivers/iommu/sun50i-iommu.c"),
            new Driver(Hardware.EXYNOS, "exynos", List.of("EXYNOS_IOMMU"), "drivers/iommu/exynos-iommu.c"),
            new Driver(Hardware.APPLE_DART, "apple", List.of("APPLE_DART"), "drivers/iommu/apple-dart.c"));

    /** All of them, for boards of the Arm kind. */
    public static final RuleTable BY_CONFIG =
            table(DRIVERS.stream().flatMap(Driver::rules).toList());

    /** The paravirtual one alone, which PCs can have too. */
    public static final RuleTable VIRTIO = table(BY_CONFIG.rules().stream()
            .filter(rule -> rule.id().startsWith("iommu.driver.virtio"))
            .toList());

    private IommuDriverRules() {}

    /** Adds an IOMMU to those that a driver has taken over. */
    public static String drive(Facts facts, Hardware hardware) {
        Set<Hardware> driven = EnumSet.noneOf(Hardware.class);
        driven.addAll(facts.peek(DRIVEN));
        driven.add(hardware);
        facts.set(DRIVEN, Set.copyOf(driven));
        return "the kernel drives the " + hardware.text() + " IOMMU";
    }

    private static RuleTable table(List<Rule> rules) {
        return new RuleTable("Which IOMMUs does the kernel drive?", facts -> true, true, rules);
    }

    private record Driver(Hardware hardware, String name, List<String> symbols, String source) {
        Stream<Rule> rules() {
            String symbolText = String.join(" or ", symbols);
            return Stream.of(
                    Rule.named("iommu.driver." + name, source)
                            .when(facts -> facts.get(IOMMUS).contains(hardware) && built(facts))
                            .because("There is a " + hardware.text() + " IOMMU and the kernel has its driver ("
                                    + symbolText + ").")
                            .then(facts -> drive(facts, hardware)),
                    Rule.named("iommu.driver." + name + ".not-built", source)
                            .when(facts -> facts.get(IOMMUS).contains(hardware) && !built(facts))
                            .because("There is a " + hardware.text() + " IOMMU, but the kernel is built without "
                                    + symbolText + ": devices behind it are treated as if there were none.")
                            .then("nobody drives the " + hardware.text() + " IOMMU"));
        }

        private boolean built(Facts facts) {
            boolean built = false;
            for (String symbol : symbols) {
                built |= facts.config(symbol);
            }
            return built;
        }
    }
}
