package dev.dmaops.selection.rules;

import static dev.dmaops.selection.CommandLineFacts.PASSTHROUGH;
import static dev.dmaops.selection.SystemFacts.DEFAULT_DOMAIN;
import static dev.dmaops.selection.SystemFacts.DRIVEN;
import static dev.dmaops.selection.SystemFacts.ENCRYPTION;
import static dev.dmaops.selection.SystemFacts.STRICT;

import dev.dmaops.api.IommuDomainType;
import dev.dmaops.selection.CommandLineFacts;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.selection.Saying;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.MemoryEncryption;

/** What the IOMMU core does with devices for which nobody has an opinion (iommu_subsys_init). */
public final class IommuDefaultRules {
    private static final String SUBSYS = "drivers/iommu/iommu.c iommu_subsys_init";

    /** Identity or translation. */
    public static final RuleTable DEFAULT = RuleTable.first(
                    "What domain does a device get by default?",
                    Rule.named("iommu.default.cmdline-passthrough", SUBSYS)
                            .when(facts -> facts.get(PASSTHROUGH) == Saying.YES)
                            .because(
                                    "The command line asks for pass-through; because it was asked for, even memory encryption"
                                            + " does not overrule it.")
                            .then(DEFAULT_DOMAIN, IommuDomainType.IDENTITY, "default domain identity"),
                    Rule.named("iommu.default.cmdline-translate", SUBSYS)
                            .when(facts -> facts.get(PASSTHROUGH) == Saying.NO)
                            .because("The command line asks for translation.")
                            .then(DEFAULT_DOMAIN, IommuDomainType.DMA, "default domain dma"),
                    Rule.named("iommu.default.encryption", SUBSYS)
                            .when(facts -> facts.config("IOMMU_DEFAULT_PASSTHROUGH")
                                    && facts.get(ENCRYPTION) != MemoryEncryption.NONE)
                            .because(
                                    "The kernel's own default is pass-through, but memory is encrypted and the command line"
                                            + " did not insist: the core translates instead.")
                            .then(DEFAULT_DOMAIN, IommuDomainType.DMA, "default domain dma"),
                    Rule.named("iommu.default.config-passthrough", SUBSYS)
                            .when(facts -> facts.config("IOMMU_DEFAULT_PASSTHROUGH"))
                            .because("The kernel is built with pass-through as default.")
                            .then(DEFAULT_DOMAIN, IommuDomainType.IDENTITY, "default domain identity"),
                    Rule.named("iommu.default.config-translate", SUBSYS)
                            .when(facts -> !facts.config("IOMMU_DEFAULT_PASSTHROUGH"))
                            .because("The kernel is built to translate by default.")
                            .then(DEFAULT_DOMAIN, IommuDomainType.DMA, "default domain dma"))
            .onlyIf(IommuDefaultRules::anyDriven);

    /** Strict or lazy invalidation. */
    public static final RuleTable STRICTNESS = RuleTable.first(
                    "Are unmapped addresses invalid at once?",
                    Rule.named("iommu.strict.cmdline", "drivers/iommu/iommu.c iommu_dma_setup")
                            .when(facts -> facts.get(CommandLineFacts.STRICT) != Saying.UNSAID)
                            .because(facts -> facts.get(CommandLineFacts.STRICT) == Saying.YES
                                    ? "The command line asks for immediate invalidation, with iommu.strict=1 or an IOMMU"
                                            + " driver's old word for it."
                                    : "iommu.strict=0 allows invalidations to be collected.")
                            .then(facts -> strict(facts, facts.get(CommandLineFacts.STRICT) == Saying.YES)),
                    Rule.named("iommu.strict.config", "drivers/iommu/Kconfig")
                            .because(facts -> facts.config("IOMMU_DEFAULT_DMA_STRICT")
                                    ? "The kernel is built with strict invalidation as default."
                                    : "The kernel is not built with strict invalidation as default.")
                            .then(facts -> strict(facts, facts.config("IOMMU_DEFAULT_DMA_STRICT"))))
            .onlyIf(IommuDefaultRules::anyDriven);

    /** Translation without strictness uses a flush queue. */
    public static final RuleTable LAZY = RuleTable.first(
                    "Does the default domain use a flush queue?",
                    Rule.named("iommu.default.lazy", SUBSYS)
                            .when(facts -> facts.get(DEFAULT_DOMAIN) == IommuDomainType.DMA && !facts.is(STRICT))
                            .because(
                                    "Translation is the default and need not be strict, so invalidations go through a flush"
                                            + " queue.")
                            .then(DEFAULT_DOMAIN, IommuDomainType.DMA_FQ, "default domain dma-fq"))
            .onlyIf(IommuDefaultRules::anyDriven);

    private IommuDefaultRules() {}

    private static boolean anyDriven(Facts facts) {
        return facts.peek(DRIVEN).stream().anyMatch(hardware -> hardware != Hardware.GART);
    }

    private static String strict(Facts facts, boolean strict) {
        facts.set(STRICT, strict);
        return strict ? "strict invalidation" : "lazy invalidation";
    }
}
