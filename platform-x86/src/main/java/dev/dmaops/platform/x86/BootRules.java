package dev.dmaops.platform.x86;

import static dev.dmaops.selection.CommandLineFacts.IOMMU_OFF;
import static dev.dmaops.selection.CommandLineFacts.IOMMU_SOFT;
import static dev.dmaops.selection.SystemFacts.DOMAIN_KIND;
import static dev.dmaops.selection.SystemFacts.ENCRYPTION;
import static dev.dmaops.selection.SystemFacts.LOW_LIMIT;
import static dev.dmaops.selection.SystemFacts.POOL_FORCE_FLAG;
import static dev.dmaops.selection.SystemFacts.POOL_SIZING;
import static dev.dmaops.selection.SystemFacts.POOL_WANTED;
import static dev.dmaops.selection.SystemFacts.PV_BOOT;
import static dev.dmaops.selection.SystemFacts.RAM_ABOVE_LIMIT_GIVEN;
import static dev.dmaops.selection.SystemFacts.RAM_BYTES;
import static dev.dmaops.selection.SystemFacts.RAM_LAST;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA_LIMIT;

import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.selection.Saying;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.MemoryEncryption;

/** What a PC decides about DMA while it boots (arch/x86/kernel/pci-dma.c). */
final class BootRules {
    private static final String ALLOC = "arch/x86/kernel/pci-dma.c pci_iommu_alloc";
    private static final String DETECT = "arch/x86/kernel/pci-dma.c pci_swiotlb_detect";
    private static final long FOUR_GIB = 1L << 32;
    private static final long LEAST_GUEST_POOL = 64L << 20;
    private static final long MOST_GUEST_POOL = 1L << 30;

    /** Zones. */
    static final RuleTable ZONES = RuleTable.every(
            "Which memory do narrow devices get?",
            Rule.named("x86.zone", "arch/x86/mm/init.c zone_sizes_init")
                    .because(
                            "The DMA zone of a PC is what an ISA device reaches, and a bounce pool has to lie below 4 GiB.")
                    .then(facts -> {
                        facts.set(ZONE_DMA, facts.config("ZONE_DMA"));
                        facts.set(ZONE_DMA_LIMIT, 0xff_ffffL);
                        facts.set(LOW_LIMIT, FOUR_GIB - 1);
                        return "DMA zone below 16 MiB";
                    }));

    /** The two ways to boot. */
    static final RuleTable PATH = RuleTable.first(
            "Which way does boot take?",
            Rule.named("x86.boot.xen-pv", ALLOC)
                    .when(facts -> facts.get(DOMAIN_KIND) == Kind.XEN_PV)
                    .because(
                            "The kernel runs in a Xen PV domain: Xen's set-up replaces the native detection of pools and IOMMUs"
                                    + " altogether.")
                    .then(PV_BOOT, true, "Xen PV set-up"),
            Rule.named("x86.boot.native", ALLOC)
                    .because(facts -> facts.get(DOMAIN_KIND) == Kind.NATIVE
                            ? "The kernel does not run in a Xen PV domain, so boot detects pool and IOMMUs itself."
                            : "An HVM or PVH domain has physical addresses like any PC, so boot detects pool and IOMMUs"
                                    + " itself.")
                    .then("native detection"));

    /** Who wants a bounce pool on native hardware. */
    static final RuleTable POOL = RuleTable.every(
                    "Does this PC need a bounce pool?",
                    Rule.named("x86.pool.above-4g", DETECT)
                            .when(facts -> aboveFourGib(facts) && !facts.is(IOMMU_OFF))
                            .because("There can be RAM above 4 GiB, where 32-bit devices do not reach.")
                            .then(POOL_WANTED, true, "a pool is wanted"),
                    Rule.named("x86.pool.iommu-off", DETECT)
                            .when(facts -> aboveFourGib(facts) && facts.is(IOMMU_OFF))
                            .because(
                                    "There can be RAM above 4 GiB, but iommu=off switches the bounce pool off together with the"
                                            + " IOMMUs.")
                            .then("no pool for high memory"),
                    Rule.named("x86.pool.iommu-soft", "arch/x86/kernel/pci-dma.c iommu_setup")
                            .when(facts -> facts.is(IOMMU_SOFT))
                            .because("iommu=soft asks for the bounce pool.")
                            .then(POOL_WANTED, true, "a pool is wanted"),
                    Rule.named("x86.pool.sme", DETECT)
                            .when(facts -> facts.get(ENCRYPTION) == MemoryEncryption.SME)
                            .because(
                                    "The host encrypts its memory, and devices that cannot drive the encryption bit need the"
                                            + " pool.")
                            .then(POOL_WANTED, true, "a pool is wanted"),
                    Rule.named("x86.pool.guest", DETECT)
                            .when(facts -> facts.get(ENCRYPTION).guest())
                            .because(
                                    "The guest's memory is hidden from its host, so every transfer goes through a pool that is"
                                            + " shared with it; 6 % of RAM is set aside unless the size was given.")
                            .then(facts -> {
                                facts.set(POOL_WANTED, true);
                                facts.set(POOL_FORCE_FLAG, true);
                                long share = facts.get(RAM_BYTES) / 100 * 6 + facts.peek(RAM_BYTES) % 100 * 6 / 100;
                                long bytes = Math.clamp(share, LEAST_GUEST_POOL, MOST_GUEST_POOL);
                                facts.set(POOL_SIZING, facts.get(POOL_SIZING).adjustSize(bytes));
                                return "a pool is wanted and forced";
                            }))
            .onlyIf(facts -> !facts.peek(PV_BOOT));

    private BootRules() {}

    static boolean aboveFourGib(Facts facts) {
        Saying given = facts.get(RAM_ABOVE_LIMIT_GIVEN);
        if (given != Saying.UNSAID) {
            return given == Saying.YES;
        }
        return Long.compareUnsigned(facts.get(RAM_LAST), FOUR_GIB) >= 0;
    }
}
