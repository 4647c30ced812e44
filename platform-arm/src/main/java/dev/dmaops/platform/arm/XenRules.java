package dev.dmaops.platform.arm;

import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_FORCE;
import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_NOFORCE;
import static dev.dmaops.selection.DeviceFacts.DOMAIN;
import static dev.dmaops.selection.DeviceFacts.IOMMU;
import static dev.dmaops.selection.DeviceFacts.OPS;
import static dev.dmaops.selection.DeviceFacts.SET_UP;
import static dev.dmaops.selection.SystemFacts.DIRECT_MAPPED;
import static dev.dmaops.selection.SystemFacts.DOMAIN_KIND;
import static dev.dmaops.selection.SystemFacts.INITIAL_DOMAIN;
import static dev.dmaops.selection.SystemFacts.LOW_LIMIT;
import static dev.dmaops.selection.SystemFacts.NOT_DIRECT_MAPPED;
import static dev.dmaops.selection.SystemFacts.POOL;
import static dev.dmaops.selection.SystemFacts.POOL_FORCED;
import static dev.dmaops.selection.SystemFacts.RAM_FIRST;
import static dev.dmaops.selection.SystemFacts.SKIP_SWIOTLB_BEHIND_IOMMU;
import static dev.dmaops.selection.SystemFacts.XEN_DETECTED;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA_LIMIT;

import dev.dmaops.api.PoolKind;
import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.selection.rules.LatePool;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.IommuAttachment.Hardware;
import java.util.Optional;

/** Xen on Arm: who gets its ops, and the pool that they need (arch/arm/xen/mm.c). */
final class XenRules {
    private static final String DETECT = "include/xen/arm/swiotlb-xen.h xen_swiotlb_detect";
    private static final String MM_INIT = "arch/arm/xen/mm.c xen_mm_init";
    private static final String SETUP = "include/xen/arm/xen-ops.h xen_setup_dma_ops";
    private static final long MASK_32 = 0xffff_ffffL;

    /** Whether guest addresses are machine addresses. */
    static final RuleTable DETECTION = RuleTable.first(
                    "Does Linux have to translate for devices under Xen?",
                    Rule.named("arm.xen.not-built", SETUP)
                            .when(facts -> !facts.config("XEN"))
                            .because("The kernel is built without XEN and does nothing special in a Xen domain.")
                            .then("no Xen ops"),
                    Rule.named("arm.xen.direct-mapped", DETECT)
                            .when(facts -> facts.is(DIRECT_MAPPED))
                            .because(
                                    "Xen maps the domain's own pages to the same machine addresses, so devices use those; another"
                                            + " domain's pages lie elsewhere and need translation.")
                            .then(XEN_DETECTED, true, "Xen ops for configured devices"),
                    Rule.named("arm.xen.not-direct-mapped", DETECT)
                            .when(facts -> facts.is(NOT_DIRECT_MAPPED))
                            .because(
                                    "Xen does not map the domain 1:1, so its devices are behind Xen's IOMMU, which translates"
                                            + " guest addresses.")
                            .then("no Xen ops"),
                    Rule.named("arm.xen.legacy-dom0", DETECT)
                            .when(facts -> facts.is(INITIAL_DOMAIN))
                            .because("This Xen is too old to say how it maps its domains; then dom0 is mapped 1:1.")
                            .then(XEN_DETECTED, true, "Xen ops for configured devices"),
                    Rule.named("arm.xen.legacy-domu", DETECT)
                            .because(
                                    "This Xen is too old to say how it maps its domains; then only dom0 is mapped 1:1, and this"
                                            + " is not dom0.")
                            .then("no Xen ops"))
            .onlyIf(facts -> facts.peek(DOMAIN_KIND) == Kind.XEN_ARM);

    /** The pool that Xen's ops make sure of. */
    static final RuleTable LATE_POOL = RuleTable.first(
                    "Does Xen's set-up bring a pool?",
                    Rule.named("arm.xen.pool.exists", MM_INIT)
                            .when(facts -> facts.get(POOL) != PoolKind.NONE)
                            .because("Xen's ops need a pool, and boot has made one.")
                            .then("the boot pool stays as it is"),
                    Rule.named("arm.xen.pool.noforce", MM_INIT)
                            .when(facts -> facts.is(SWIOTLB_NOFORCE))
                            .because("Xen's ops need a pool, but swiotlb=noforce forbids it.")
                            .then("no pool"),
                    Rule.named("arm.xen.pool.late", MM_INIT)
                            .because(
                                    "Xen's ops need a pool and boot has made none, so one is made now from the page allocator, as"
                                            + " large as that gives in one piece.")
                            .then(XenRules::makeLate))
            .onlyIf(facts -> facts.peek(XEN_DETECTED));

    /** Xen's ops for a device. */
    static final RuleTable OPS_OF_DEVICE = RuleTable.first(
                    "Does the device get Xen's ops?",
                    Rule.named("arm.xen.policy.hidden-iommu", "policy skip-swiotlb-behind-iommu")
                            .when(facts -> facts.is(SKIP_SWIOTLB_BEHIND_IOMMU)
                                    && facts.get(IOMMU).equals(Optional.of(Hardware.XEN_HIDDEN)))
                            .because(
                                    "The policy leaves Xen's ops out: Xen's own IOMMU stands in front of the device, and its"
                                            + " stage 2 also maps another domain's pages at their guest addresses.")
                            .then("no Xen ops, guest addresses"),
                    Rule.named("arm.xen.policy.visible-iommu", "policy skip-swiotlb-behind-iommu")
                            .when(facts -> facts.is(SKIP_SWIOTLB_BEHIND_IOMMU)
                                    && facts.get(DOMAIN).translates())
                            .because(
                                    "The policy leaves Xen's ops out: an IOMMU that the domain drives translates for the device.")
                            .then("no Xen ops, IOMMU addresses"),
                    Rule.named("arm.xen.ops-over-iommu", SETUP)
                            .when(facts ->
                                    facts.is(XEN_DETECTED) && facts.get(DOMAIN).translates())
                            .because(facts -> facts.kernelAtLeast(6, 12)
                                    ? "Every configured device of a 1:1 domain gets Xen's ops, even behind an IOMMU; since 6.12"
                                            + " the IOMMU's flag is tested before them."
                                    : "Every configured device of a 1:1 domain gets Xen's ops; before 6.12 they overwrite the"
                                            + " IOMMU's, whose tables then see machine addresses.")
                            .then(OPS, DmaPath.XEN, "xen_swiotlb_dma_ops"),
                    Rule.named("arm.xen.ops", SETUP)
                            .when(facts -> facts.is(XEN_DETECTED))
                            .because(
                                    "Every configured device of a 1:1 domain gets Xen's ops: Linux cannot tell which devices"
                                            + " Xen's IOMMU covers.")
                            .then(OPS, DmaPath.XEN, "xen_swiotlb_dma_ops"))
            .onlyIf(facts -> facts.peek(XEN_DETECTED) && facts.peek(SET_UP));

    private XenRules() {}

    private static String makeLate(Facts facts) {
        String size = LatePool.make(facts);
        facts.set(POOL, PoolKind.DEFAULT_LATE);
        facts.set(POOL_FORCED, facts.is(SWIOTLB_FORCE));
        facts.set(LOW_LIMIT, lateLimit(facts));
        return size + " up to 0x" + Long.toHexString(facts.peek(LOW_LIMIT));
    }

    /** With RAM below 4 GiB the pool comes from the DMA32 zone, or from the DMA zone where there is no DMA32. */
    private static long lateLimit(Facts facts) {
        if (Long.compareUnsigned(facts.get(RAM_FIRST), MASK_32) >= 0) {
            return -1L;
        }
        return facts.config("ZONE_DMA32") || !facts.is(ZONE_DMA) ? MASK_32 : facts.get(ZONE_DMA_LIMIT);
    }
}
