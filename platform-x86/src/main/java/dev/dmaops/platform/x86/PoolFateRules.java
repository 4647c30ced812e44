package dev.dmaops.platform.x86;

import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_FORCE;
import static dev.dmaops.selection.SystemFacts.DEFAULT_DOMAIN;
import static dev.dmaops.selection.SystemFacts.DMA_PROTECTION_OPT_IN;
import static dev.dmaops.selection.SystemFacts.DRIVEN;
import static dev.dmaops.selection.SystemFacts.ENCRYPTION;
import static dev.dmaops.selection.SystemFacts.EXTERNAL_PORT;
import static dev.dmaops.selection.SystemFacts.MEASURED_LAUNCH;
import static dev.dmaops.selection.SystemFacts.POOL;
import static dev.dmaops.selection.SystemFacts.POOL_FORCED;

import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.selection.CommandLineFacts;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.selection.Saying;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.MemoryEncryption;

/** What IOMMU drivers change for the system once they run. */
final class PoolFateRules {
    /** Firmware's opt-in translates for strangers only, if the user had not asked for VT-d. */
    static final RuleTable OPT_IN = RuleTable.first(
            "Does an IOMMU that was switched on against the user translate for all?",
            Rule.named("x86.iommu.intel.opt-in-identity", "drivers/iommu/intel/iommu.c platform_optin_force_iommu")
                    .when(facts -> facts.is(DMA_PROTECTION_OPT_IN)
                            && facts.is(EXTERNAL_PORT)
                            && !facts.is(MEASURED_LAUNCH)
                            && facts.get(CommandLineFacts.INTEL) == Saying.UNSAID
                            && !IommuRules.onByDefault(facts)
                            && facts.get(DRIVEN).contains(Hardware.INTEL))
                    .because("VT-d was off and only firmware's opt-in switched it on, so devices that are trusted pass"
                            + " unchanged.")
                    .then(DEFAULT_DOMAIN, IommuDomainType.IDENTITY, "default domain identity"));

    /** Drivers that do without the pool. */
    static final RuleTable FATE = RuleTable.first(
                    "Does the pool survive the IOMMU?",
                    Rule.named("x86.pool.gart-drops", "arch/x86/kernel/amd_gart_64.c gart_iommu_init")
                            .when(facts -> dropped(facts) && facts.get(DRIVEN).contains(Hardware.GART))
                            .because("The GART reaches all memory for every device, so the pool is given back.")
                            .then(PoolFateRules::drop),
                    Rule.named("x86.pool.amd-drops", "drivers/iommu/amd/iommu.c amd_iommu_init_dma_ops")
                            .until(5, 18)
                            .when(facts -> dropped(facts)
                                    && facts.get(DRIVEN).contains(Hardware.AMD)
                                    && facts.get(DEFAULT_DOMAIN) != IommuDomainType.IDENTITY
                                    && facts.get(ENCRYPTION) != MemoryEncryption.SME)
                            .because(
                                    "Up to 5.18 the AMD driver gives the pool back when it translates for all devices.")
                            .then(PoolFateRules::drop),
                    Rule.named("x86.pool.iommu-keeps", "arch/x86/kernel/pci-dma.c pci_iommu_init")
                            .when(facts -> !facts.get(DRIVEN).isEmpty())
                            .because(
                                    "The IOMMU driver keeps the pool: devices with an identity domain and devices that are not"
                                            + " trusted still need it.")
                            .then("the pool stays"))
            .onlyIf(facts -> facts.peek(POOL) != PoolKind.NONE);

    private PoolFateRules() {}

    private static boolean dropped(Facts facts) {
        return !facts.is(SWIOTLB_FORCE);
    }

    private static String drop(Facts facts) {
        facts.set(POOL, PoolKind.NONE);
        facts.set(POOL_FORCED, false);
        return "no pool";
    }
}
