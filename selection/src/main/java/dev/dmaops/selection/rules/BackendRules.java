package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.BACKEND;
import static dev.dmaops.selection.DeviceFacts.BOUNCE;
import static dev.dmaops.selection.DeviceFacts.DOMAIN;
import static dev.dmaops.selection.DeviceFacts.PATH;
import static dev.dmaops.selection.DeviceFacts.PROBE_FAILED;
import static dev.dmaops.selection.SystemFacts.PV_BOOT;

import dev.dmaops.api.BounceMode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;

/** What the outcome is called here: the backend. */
public final class BackendRules {
    private static final String SOURCE = "kernel/dma/mapping.c";

    /** The backend's id. */
    public static final RuleTable BACKENDS = RuleTable.first(
            "Which backend serves the device?",
            Rule.named("backend.none.refused", "drivers/iommu/iommu.c")
                    .when(facts -> facts.get(DOMAIN) == IommuDomainType.REFUSED)
                    .because("The IOMMU core refuses the device, so no driver may use it.")
                    .then(BACKEND, "none", "no backend"),
            Rule.named("backend.none.probe-failed", "drivers/base/dd.c")
                    .when(facts -> facts.is(PROBE_FAILED))
                    .because("The bus could not configure the device's DMA, so no driver gets it.")
                    .then(BACKEND, "none", "no backend"),
            Rule.named("backend.none.dummy", "kernel/dma/dummy.c")
                    .when(facts -> facts.get(PATH) == DmaPath.DUMMY)
                    .because("The dummy ops fail every call: the device can do no DMA.")
                    .then(BACKEND, "none", "no backend"),
            Rule.named("backend.none.gart", "arch/x86/kernel/amd_gart_64.c")
                    .when(facts -> facts.get(PATH) == DmaPath.GART)
                    .because("Linux remaps through the GART of an old AMD processor; DmaOps has no backend for it.")
                    .then(BACKEND, "none", "no backend for the GART"),
            Rule.named("backend.grant-dma", "drivers/xen/grant-dma-ops.c")
                    .when(facts -> facts.get(PATH) == DmaPath.GRANT)
                    .because(
                            "DMA addresses are grant references: only granted pages are visible to the backend domain.")
                    .then(BACKEND, "grant-dma", "grant-dma"),
            Rule.named("backend.iommu", "drivers/iommu/dma-iommu.c")
                    .when(facts -> facts.get(PATH) == DmaPath.IOMMU)
                    .because("The device sees IO virtual addresses that the IOMMU translates.")
                    .then(BACKEND, "iommu", "iommu"),
            Rule.named("backend.iommu.arm", "arch/arm/mm/dma-mapping.c")
                    .when(facts -> facts.get(PATH) == DmaPath.ARM_IOMMU)
                    .because("The device sees IO virtual addresses from 32-bit Arm's own mapping code.")
                    .then(BACKEND, "iommu", "iommu"),
            Rule.named("backend.xen-pv", "drivers/xen/swiotlb-xen.c")
                    .when(facts -> facts.get(PATH) == DmaPath.XEN && facts.is(PV_BOOT))
                    .because(
                            "Guest frames are scattered over machine memory: addresses are translated frame by frame, and what"
                                    + " is not contiguous there bounces.")
                    .then(BACKEND, "xen-pv", "xen-pv"),
            Rule.named("backend.swiotlb-xen", "drivers/xen/swiotlb-xen.c")
                    .when(facts -> facts.get(PATH) == DmaPath.XEN)
                    .because(
                            "Another domain's pages are translated to machine addresses first; a buffer bounces only where"
                                    + " translation is not enough.")
                    .then(BACKEND, "swiotlb-xen", "swiotlb-xen"),
            Rule.named("backend.swiotlb", SOURCE)
                    .when(facts -> facts.get(PATH) == DmaPath.DIRECT
                            && (facts.get(BOUNCE) == BounceMode.POSSIBLE || facts.get(BOUNCE) == BounceMode.FORCED))
                    .because(facts -> facts.get(BOUNCE) == BounceMode.FORCED
                            ? "Physical addresses, and every streaming map goes through the bounce pool."
                            : "Physical addresses where the device reaches them, the bounce pool where it does not.")
                    .then(BACKEND, "swiotlb", "swiotlb"),
            Rule.named("backend.direct", SOURCE)
                    .because("Physical addresses, shifted as the bus shifts them; a buffer out of reach is refused.")
                    .then(BACKEND, "direct", "direct"));

    private BackendRules() {}
}
