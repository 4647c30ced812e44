package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.DOMAIN;
import static dev.dmaops.selection.DeviceFacts.IOMMU_FLAG;
import static dev.dmaops.selection.DeviceFacts.OPS;
import static dev.dmaops.selection.DeviceFacts.PATH;

import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;

/** Who answers a device's DMA calls (kernel/dma/mapping.c). */
public final class DispatchRules {
    private static final String MAPPING = "kernel/dma/mapping.c dma_map_page_attrs";

    /** The IOMMU core makes itself known to dispatch: a flag since 6.12, an ops pointer before. */
    public static final RuleTable IOMMU_MARK = RuleTable.first(
                    "Does dma-iommu take the device?",
                    Rule.named("iommu.flag", "drivers/iommu/dma-iommu.c iommu_setup_dma_ops")
                            .since(6, 12)
                            .when(facts -> facts.get(DOMAIN).translates() && facts.config("IOMMU_DMA"))
                            .because(
                                    "The device's domain translates, so dma-iommu takes it: since 6.12 by a flag of its own"
                                            + " that is looked at before any ops.")
                            .then(IOMMU_FLAG, true, "dma_iommu set"),
                    Rule.named("iommu.ops", "drivers/iommu/dma-iommu.c iommu_setup_dma_ops")
                            .until(6, 11)
                            .when(facts -> facts.get(DOMAIN).translates() && facts.config("IOMMU_DMA"))
                            .because(
                                    "The device's domain translates, so dma-iommu takes it: before 6.12 by installing its ops,"
                                            + " which whoever comes later overwrites.")
                            .then(OPS, DmaPath.IOMMU, "iommu_dma_ops installed"))
            .onlyIf(facts -> facts.peek(DOMAIN).translates());

    /** The order of the tests in every DMA call. */
    public static final RuleTable DISPATCH = RuleTable.first(
            "Who answers the device's DMA calls?",
            Rule.named("dispatch.iommu-flag", MAPPING)
                    .since(6, 12)
                    .when(facts -> facts.is(IOMMU_FLAG))
                    .because("The dma_iommu flag is tested first, so dma-iommu answers whatever ops are installed.")
                    .then(PATH, DmaPath.IOMMU, "dma-iommu"),
            Rule.named("dispatch.ops", MAPPING)
                    .when(facts -> facts.get(OPS) != DmaPath.DIRECT)
                    .because(facts ->
                            facts.get(OPS).kernelName() + " are installed for the device and answer its calls.")
                    .then(facts -> {
                        facts.set(PATH, facts.get(OPS));
                        return facts.get(OPS).kernelName();
                    }),
            Rule.named("dispatch.direct", MAPPING)
                    .when(facts -> facts.get(OPS) == DmaPath.DIRECT)
                    .because(
                            "No ops are installed and no IOMMU translates, so DMA addresses come straight from physical"
                                    + " addresses.")
                    .then(PATH, DmaPath.DIRECT, "dma-direct"));

    private DispatchRules() {}
}
