package dev.dmaops.selection.rules;

import static dev.dmaops.selection.DeviceFacts.IOMMU_FLAG;
import static dev.dmaops.selection.DeviceFacts.MASK;
import static dev.dmaops.selection.DeviceFacts.OPS;
import static dev.dmaops.selection.DeviceFacts.PATH;
import static dev.dmaops.selection.DeviceFacts.RANGES;
import static dev.dmaops.selection.DeviceFacts.SET_MASK;
import static dev.dmaops.selection.DeviceFacts.WANTED_MASK;
import static dev.dmaops.selection.SystemFacts.LOW_LIMIT;
import static dev.dmaops.selection.SystemFacts.PAGE_BYTES;
import static dev.dmaops.selection.SystemFacts.POOL;
import static dev.dmaops.selection.SystemFacts.POOL_SLOTS;
import static dev.dmaops.selection.SystemFacts.PV_BOOT;
import static dev.dmaops.selection.SystemFacts.RAM_BYTES;
import static dev.dmaops.selection.SystemFacts.RAM_LAST;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA_LIMIT;

import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.selection.DmaPath;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;

/** What a driver hears that asks for its device's mask (kernel/dma/mapping.c dma_supported). */
public final class MaskRules {
    private static final String SUPPORTED = "kernel/dma/mapping.c dma_supported";
    private static final String XEN = "drivers/xen/swiotlb-xen.c xen_swiotlb_dma_supported";
    private static final String DIRECT = "kernel/dma/direct.c dma_direct_supported";
    private static final long MASK_32 = 0xffff_ffffL;
    private static final long LOWEST_FREE_MACHINE_BYTE = 1L << 20;

    /** The answer. */
    public static final RuleTable ANSWER = RuleTable.first(
            "Is the driver's mask accepted?",
            Rule.named("mask.iommu-and-ops", SUPPORTED)
                    .since(6, 12)
                    .when(facts -> facts.is(IOMMU_FLAG) && facts.get(OPS) != DmaPath.DIRECT)
                    .because(
                            "dma-iommu has the device, but other ops are installed too: the kernel warns and refuses every"
                                    + " mask, so most drivers fail to probe.")
                    .then(SET_MASK, SetMaskOutcome.EIO, "-EIO"),
            Rule.named("mask.iommu", SUPPORTED)
                    .when(facts -> facts.get(PATH) == DmaPath.IOMMU)
                    .because("The IOMMU can give any device an address that it reaches.")
                    .then(SET_MASK, SetMaskOutcome.OK, "accepted"),
            Rule.named("mask.dummy", "kernel/dma/dummy.c")
                    .when(facts -> facts.get(PATH) == DmaPath.DUMMY)
                    .because("The dummy ops support no mask.")
                    .then(SET_MASK, SetMaskOutcome.EIO, "-EIO"),
            Rule.named("mask.grant-dma", "drivers/xen/grant-dma-ops.c xen_grant_dma_supported")
                    .when(facts -> facts.get(PATH) == DmaPath.GRANT && mask(facts) == -1L)
                    .because("Grant addresses need bit 63, and the device has all 64.")
                    .then(SET_MASK, SetMaskOutcome.OK, "accepted"),
            Rule.named("mask.grant-dma-narrow", "drivers/xen/grant-dma-ops.c xen_grant_dma_supported")
                    .when(facts -> facts.get(PATH) == DmaPath.GRANT)
                    .because("Grant addresses have bit 63 set, so only a full 64-bit mask will do.")
                    .then(SET_MASK, SetMaskOutcome.EIO, "-EIO"),
            Rule.named("mask.xen.no-pool", XEN)
                    .when(facts ->
                            facts.get(PATH) == DmaPath.XEN && facts.get(POOL) == PoolKind.NONE && mask(facts) != -1L)
                    .because(
                            "The mask is compared with the end of the pool; without a pool that end is the highest address"
                                    + " there is, and only a full 64-bit mask reaches it.")
                    .then(SET_MASK, SetMaskOutcome.EIO, "-EIO"),
            Rule.named("mask.xen.reaches", XEN)
                    .when(facts -> facts.get(PATH) == DmaPath.XEN
                            && (facts.get(POOL) == PoolKind.NONE || reaches(facts, poolEnd(facts))))
                    .because("The mask reaches the end of the pool, so a bounced buffer is always within it.")
                    .then(SET_MASK, SetMaskOutcome.OK, "accepted"),
            Rule.named("mask.xen.short", XEN)
                    .when(facts -> facts.get(PATH) == DmaPath.XEN)
                    .because(
                            "The mask does not reach the end of the pool as the bus sees it, so not even a bounced buffer"
                                    + " would be within it.")
                    .then(SET_MASK, SetMaskOutcome.EIO, "-EIO"),
            Rule.named("mask.ops", SUPPORTED)
                    .when(facts -> facts.get(PATH) == DmaPath.ARM_IOMMU || facts.get(PATH) == DmaPath.ARM_PLAIN)
                    .because("These ops test no mask, so each is accepted.")
                    .then(SET_MASK, SetMaskOutcome.OK, "accepted"),
            Rule.named("mask.direct.wide", DIRECT)
                    .when(facts -> Long.compareUnsigned(mask(facts), MASK_32) >= 0)
                    .because(
                            "Masks of 32 bits and more are always accepted: the kernel keeps low memory for such devices.")
                    .then(SET_MASK, SetMaskOutcome.OK, "accepted"),
            Rule.named("mask.direct.reaches", DIRECT)
                    .when(facts -> reaches(facts, lowest(facts)))
                    .because("The mask is narrow, but reaches all RAM or at least the DMA zone.")
                    .then(SET_MASK, SetMaskOutcome.OK, "accepted"),
            Rule.named("mask.direct.short", DIRECT)
                    .because("The mask does not even reach the end of the DMA zone.")
                    .then(SET_MASK, SetMaskOutcome.EIO, "-EIO"));

    private MaskRules() {}

    /** The mask that the driver asks for, or what the bus gave it. */
    private static long mask(Facts facts) {
        long wanted = facts.get(WANTED_MASK);
        return wanted == 0 ? facts.get(MASK) : wanted;
    }

    private static boolean reaches(Facts facts, long busAddress) {
        return Long.compareUnsigned(mask(facts), busAddress) >= 0;
    }

    /** The bus address of the lowest memory that the kernel insists on: the end of the DMA zone, or of RAM. */
    private static long lowest(Facts facts) {
        long end = -1L;
        if (facts.get(RAM_BYTES) != 0) {
            end = facts.get(RAM_LAST) & -facts.get(PAGE_BYTES);
        }
        if (facts.is(ZONE_DMA) && Long.compareUnsigned(facts.get(ZONE_DMA_LIMIT), end) < 0) {
            end = facts.get(ZONE_DMA_LIMIT);
        }
        return facts.get(RANGES).toDma(end);
    }

    /**
     * The bus address of the pool's last byte, as far as it can be known before the pool is made: boot memory is taken from the top
     * of what is allowed, and Xen gives a PV domain the lowest machine memory that is free, from 1 MiB up.
     */
    private static long poolEnd(Facts facts) {
        if (facts.peek(PV_BOOT)) {
            long end = facts.get(POOL_SLOTS) * SwiotlbParameters.SLOT_BYTES + LOWEST_FREE_MACHINE_BYTE;
            return (Long.highestOneBit(end - 1) << 1) - 1;
        }
        long limit = facts.get(LOW_LIMIT);
        if (facts.get(RAM_BYTES) != 0 && Long.compareUnsigned(facts.get(RAM_LAST), limit) < 0) {
            limit = facts.get(RAM_LAST);
        }
        return facts.get(RANGES).toDma(limit);
    }
}
