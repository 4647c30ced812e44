package dev.dmaops.platform.x86;

import static dev.dmaops.selection.CommandLineFacts.IOMMU_SOFT;
import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_FORCE;
import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_NOFORCE;
import static dev.dmaops.selection.SystemFacts.GLOBAL_XEN_OPS;
import static dev.dmaops.selection.SystemFacts.INITIAL_DOMAIN;
import static dev.dmaops.selection.SystemFacts.POOL;
import static dev.dmaops.selection.SystemFacts.POOL_ANYWHERE;
import static dev.dmaops.selection.SystemFacts.POOL_FORCED;
import static dev.dmaops.selection.SystemFacts.POOL_PASSED_BY;
import static dev.dmaops.selection.SystemFacts.POOL_REMAP;
import static dev.dmaops.selection.SystemFacts.POOL_WANTED;
import static dev.dmaops.selection.SystemFacts.PV_BOOT;
import static dev.dmaops.selection.SystemFacts.PV_PCI_POSSIBLE;

import dev.dmaops.api.PoolKind;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.selection.rules.LatePool;

/** Whether a Xen PV domain gets Xen's ops (arch/x86/kernel/pci-dma.c pci_xen_swiotlb_init). */
final class XenPvRules {
    private static final String INIT = "arch/x86/kernel/pci-dma.c pci_xen_swiotlb_init";
    private static final String OLD_DETECT = "arch/x86/xen/pci-swiotlb-xen.c pci_xen_swiotlb_detect";
    private static final String LATE = "arch/x86/kernel/pci-dma.c pci_xen_swiotlb_init_late";

    /** At boot. */
    static final RuleTable OPS = RuleTable.first(
                    "Does the PV domain get Xen's ops?",
                    Rule.named("x86.xen-pv.not-built", INIT)
                            .when(facts -> !facts.config("SWIOTLB_XEN"))
                            .because(
                                    "The kernel is built without SWIOTLB_XEN, so a PV domain has neither Xen's ops nor a pool.")
                            .then(POOL_PASSED_BY, true, "no Xen ops"),
                    Rule.named("x86.xen-pv.dom0", INIT)
                            .when(facts -> facts.is(INITIAL_DOMAIN))
                            .because(
                                    "dom0 drives real devices, but its frames are scattered over machine memory: Xen's ops"
                                            + " translate every address and need a pool that is contiguous in the machine.")
                            .then(XenPvRules::install),
                    Rule.named("x86.xen-pv.iommu-soft", INIT)
                            .when(facts -> facts.is(IOMMU_SOFT))
                            .because("iommu=soft tells a PV domain that it will drive devices.")
                            .then(XenPvRules::install),
                    Rule.named("x86.xen-pv.swiotlb-force", OLD_DETECT)
                            .until(5, 18)
                            .when(facts -> facts.is(SWIOTLB_FORCE))
                            .because("Up to 5.18, swiotlb=force is enough to give a PV domain Xen's ops.")
                            .then(XenPvRules::install),
                    Rule.named("x86.xen-pv.pcifront", INIT)
                            .since(6, 6)
                            .when(facts -> facts.config("XEN_PCIDEV_FRONTEND") && facts.is(PV_PCI_POSSIBLE))
                            .because(
                                    "The PCI front end is built and the domain was given a memory map like a host's, so a"
                                            + " device may be passed through at any time.")
                            .then(XenPvRules::install),
                    Rule.named("x86.xen-pv.without-devices", INIT)
                            .because(
                                    "Nothing says that this PV domain will ever drive a device, so it gets neither Xen's ops nor"
                                            + " a pool.")
                            .then(POOL_PASSED_BY, true, "no Xen ops"))
            .onlyIf(facts -> facts.peek(PV_BOOT));

    /** When the PCI front end finds a device (up to 6.5). */
    static final RuleTable LATE_OPS = RuleTable.first(
                    "Does the PCI front end bring Xen's ops later?",
                    Rule.named("x86.xen-pv.pcifront-late", LATE)
                            .until(6, 5)
                            .when(facts -> facts.config("SWIOTLB_XEN")
                                    && facts.config("XEN_PCIDEV_FRONTEND")
                                    && facts.is(PV_PCI_POSSIBLE))
                            .because(
                                    "The PCI front end is built and the domain was given a memory map like a host's: when the"
                                            + " front end connects, the ops are switched under running devices.")
                            .then(XenPvRules::installLate))
            .onlyIf(facts -> facts.peek(PV_BOOT) && !facts.peek(GLOBAL_XEN_OPS));

    private XenPvRules() {}

    private static String install(Facts facts) {
        facts.set(GLOBAL_XEN_OPS, true);
        facts.set(POOL_WANTED, true);
        facts.set(POOL_ANYWHERE, true);
        facts.set(POOL_REMAP, true);
        return "Xen ops for every device";
    }

    private static String installLate(Facts facts) {
        facts.set(GLOBAL_XEN_OPS, true);
        if (facts.is(SWIOTLB_NOFORCE)) {
            return "Xen ops for every device, no pool";
        }
        facts.set(POOL_ANYWHERE, true);
        facts.set(POOL, PoolKind.DEFAULT_LATE_XEN_REMAPPED);
        facts.set(POOL_FORCED, facts.is(SWIOTLB_FORCE));
        return "Xen ops for every device, " + LatePool.make(facts);
    }
}
