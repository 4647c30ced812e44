package dev.dmaops.platform.x86;

import static dev.dmaops.selection.CommandLineFacts.AMD_OFF;
import static dev.dmaops.selection.CommandLineFacts.INTEL;
import static dev.dmaops.selection.CommandLineFacts.INTEL_NO_OPT_IN;
import static dev.dmaops.selection.CommandLineFacts.INTEL_TBOOT_NOFORCE;
import static dev.dmaops.selection.CommandLineFacts.IOMMU_FORCE;
import static dev.dmaops.selection.CommandLineFacts.IOMMU_OFF;
import static dev.dmaops.selection.SystemFacts.DMA_PROTECTION_OPT_IN;
import static dev.dmaops.selection.SystemFacts.EXTERNAL_PORT;
import static dev.dmaops.selection.SystemFacts.IOMMUS;
import static dev.dmaops.selection.SystemFacts.MEASURED_LAUNCH;
import static dev.dmaops.selection.SystemFacts.PV_BOOT;

import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.selection.Saying;
import dev.dmaops.selection.rules.IommuDriverRules;
import dev.dmaops.spi.IommuAttachment.Hardware;

/** Which IOMMUs of a PC the kernel takes over. */
final class IommuRules {
    private static final String VTD = "drivers/iommu/intel/iommu.c intel_iommu_init";
    private static final String AMD = "drivers/iommu/amd/init.c amd_iommu_detect";
    private static final String GART_SOURCE = "arch/x86/kernel/amd_gart_64.c gart_iommu_init";

    /** Intel VT-d. */
    static final RuleTable INTEL_VTD = RuleTable.first(
                    "Does the kernel drive VT-d?",
                    Rule.named("x86.iommu.intel.not-built", VTD)
                            .when(facts -> !facts.config("INTEL_IOMMU"))
                            .because("There is VT-d hardware, but the kernel is built without INTEL_IOMMU.")
                            .then("nobody drives VT-d"),
                    Rule.named("x86.iommu.intel.measured-launch", VTD)
                            .when(facts -> facts.is(MEASURED_LAUNCH) && !facts.is(INTEL_TBOOT_NOFORCE))
                            .because(
                                    "The kernel was started by Intel TXT, which insists on the IOMMU, whatever the command line"
                                            + " says.")
                            .then(facts -> IommuDriverRules.drive(facts, Hardware.INTEL)),
                    Rule.named("x86.iommu.intel.opt-in", "drivers/iommu/intel/iommu.c platform_optin_force_iommu")
                            .when(facts -> facts.is(DMA_PROTECTION_OPT_IN)
                                    && facts.is(EXTERNAL_PORT)
                                    && !facts.is(INTEL_NO_OPT_IN)
                                    && (off(facts) || facts.is(IOMMU_OFF)))
                            .because(
                                    "VT-d was to stay off, but firmware opts in to DMA protection and there is a port through"
                                            + " which strangers come in: it is switched on.")
                            .then(facts -> IommuDriverRules.drive(facts, Hardware.INTEL)),
                    Rule.named("x86.iommu.intel.iommu-off", VTD)
                            .when(facts -> facts.is(IOMMU_OFF))
                            .because("iommu=off leaves all IOMMUs alone.")
                            .then("nobody drives VT-d"),
                    Rule.named("x86.iommu.intel.off", VTD)
                            .when(IommuRules::off)
                            .because(facts -> facts.get(INTEL) == Saying.NO
                                    ? "intel_iommu=off leaves VT-d alone."
                                    : "The kernel is built to leave VT-d off unless intel_iommu=on asks for it.")
                            .then("nobody drives VT-d"),
                    Rule.named("x86.iommu.intel.on", VTD)
                            .because("There is VT-d hardware and the kernel drives it.")
                            .then(facts -> IommuDriverRules.drive(facts, Hardware.INTEL)))
            .onlyIf(facts -> has(facts, Hardware.INTEL));

    /** AMD-Vi. */
    static final RuleTable AMD_VI = RuleTable.first(
                    "Does the kernel drive AMD-Vi?",
                    Rule.named("x86.iommu.amd.not-built", AMD)
                            .when(facts -> !facts.config("AMD_IOMMU"))
                            .because("There is AMD-Vi hardware, but the kernel is built without AMD_IOMMU.")
                            .then("nobody drives AMD-Vi"),
                    Rule.named("x86.iommu.amd.iommu-off", AMD)
                            .when(facts -> facts.is(IOMMU_OFF))
                            .because("iommu=off leaves all IOMMUs alone.")
                            .then("nobody drives AMD-Vi"),
                    Rule.named("x86.iommu.amd.off", AMD)
                            .when(facts -> facts.is(AMD_OFF))
                            .because("amd_iommu=off leaves AMD-Vi alone.")
                            .then("nobody drives AMD-Vi"),
                    Rule.named("x86.iommu.amd.on", AMD)
                            .because("There is AMD-Vi hardware and the kernel drives it.")
                            .then(facts -> IommuDriverRules.drive(facts, Hardware.AMD)))
            .onlyIf(facts -> has(facts, Hardware.AMD));

    /** The GART of old AMD processors. */
    static final RuleTable GART = RuleTable.first(
                    "Does the kernel remap through the GART?",
                    Rule.named("x86.iommu.gart.not-built", GART_SOURCE)
                            .when(facts -> !facts.config("GART_IOMMU"))
                            .because("There is a GART, but the kernel is built without GART_IOMMU.")
                            .then("the GART is not used"),
                    Rule.named("x86.iommu.gart.not-needed", GART_SOURCE)
                            .when(facts ->
                                    facts.is(IOMMU_OFF) || (!BootRules.aboveFourGib(facts) && !facts.is(IOMMU_FORCE)))
                            .because(
                                    "The GART only helps devices that cannot reach RAM above 4 GiB; there is none, or iommu=off"
                                            + " forbids it.")
                            .then("the GART is not used"),
                    Rule.named("x86.iommu.gart.on", GART_SOURCE)
                            .because(
                                    "Narrow devices cannot reach all RAM and there is a GART, so maps are remapped through it.")
                            .then(facts -> IommuDriverRules.drive(facts, Hardware.GART)))
            .onlyIf(facts -> has(facts, Hardware.GART));

    private IommuRules() {}

    private static boolean off(Facts facts) {
        Saying said = facts.get(INTEL);
        return said == Saying.NO || (said == Saying.UNSAID && !onByDefault(facts));
    }

    static boolean onByDefault(Facts facts) {
        return facts.config("INTEL_IOMMU_DEFAULT_ON") || facts.config("INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF");
    }

    private static boolean has(Facts facts, Hardware hardware) {
        return !facts.peek(PV_BOOT) && facts.peek(IOMMUS).contains(hardware);
    }
}
