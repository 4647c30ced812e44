package dev.dmaops.platform.arm;

import static dev.dmaops.selection.DeviceFacts.BEHIND_IOMMU;
import static dev.dmaops.selection.DeviceFacts.OPS;
import static dev.dmaops.selection.DeviceFacts.SET_UP;

import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;

/** Ops that 32-bit Arm installs by itself (arch/arm/mm/dma-mapping.c arch_setup_dma_ops). */
final class SetupRules {
    private static final String SOURCE = "arch/arm/mm/dma-mapping.c arch_setup_dma_ops";

    /** The architecture's own ops; Xen's come after them. */
    static final RuleTable ARM_OPS = RuleTable.first(
                    "Does 32-bit Arm install ops of its own?",
                    Rule.named("arm.ops.iommu", SOURCE)
                            .when(facts -> facts.is(BEHIND_IOMMU) && facts.config("ARM_DMA_USE_IOMMU"))
                            .because(
                                    "The device is behind an IOMMU and 32-bit Arm maps for it with its own code, in at most 4 GiB"
                                            + " of IO virtual addresses.")
                            .then(OPS, DmaPath.ARM_IOMMU, "iommu_ops of arch/arm"),
                    Rule.named("arm.ops.plain", SOURCE)
                            .until(5, 19)
                            .when(facts -> !facts.config("ARM_LPAE"))
                            .because(
                                    "Up to 5.19, 32-bit Arm without LPAE has ops of its own for every device; they never look at"
                                            + " masks and never bounce.")
                            .then(OPS, DmaPath.ARM_PLAIN, "arm_dma_ops"))
            .onlyIf(facts -> facts.peek(SET_UP) && facts.peek(OPS) == DmaPath.DIRECT);

    private SetupRules() {}
}
