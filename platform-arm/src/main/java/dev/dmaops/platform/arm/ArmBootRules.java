package dev.dmaops.platform.arm;

import static dev.dmaops.selection.SystemFacts.FIRMWARE_DMA_LIMIT;
import static dev.dmaops.selection.SystemFacts.LOW_LIMIT;
import static dev.dmaops.selection.SystemFacts.POOL_PASSED_BY;
import static dev.dmaops.selection.SystemFacts.POOL_WANTED;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA_LIMIT;

import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;

/** What 32-bit Arm decides about zones and the bounce pool while it boots (arch/arm/mm/init.c). */
final class ArmBootRules {
    private static final String SETUP_ZONE = "arch/arm/mm/init.c setup_dma_zone";
    private static final String MEM_INIT = "arch/arm/mm/init.c mem_init";
    private static final long MASK_32 = 0xffff_ffffL;

    /** How far DMA reaches. */
    static final RuleTable ZONES = RuleTable.first(
            "How far does the DMA zone go?",
            Rule.named("arm.zone.machine", SETUP_ZONE)
                    .when(facts -> facts.config("ZONE_DMA")
                            && Long.compareUnsigned(facts.get(FIRMWARE_DMA_LIMIT), MASK_32) < 0)
                    .because("The machine has a DMA zone of its own, as far as its narrowest bus reaches.")
                    .then(facts -> {
                        facts.set(ZONE_DMA, true);
                        facts.set(ZONE_DMA_LIMIT, facts.get(FIRMWARE_DMA_LIMIT));
                        facts.set(LOW_LIMIT, facts.get(FIRMWARE_DMA_LIMIT));
                        return "DMA zone up to 0x" + Long.toHexString(facts.peek(LOW_LIMIT));
                    }),
            Rule.named("arm.zone.none", SETUP_ZONE)
                    .because("The machine has no DMA zone of its own, so DMA memory is everything below 4 GiB.")
                    .then(LOW_LIMIT, MASK_32, "no DMA zone, DMA up to 0xffffffff"));

    /** Who wants a bounce pool. */
    static final RuleTable POOL = RuleTable.every(
            "Does this system need a bounce pool?",
            Rule.named("arm.pool.not-lpae", MEM_INIT)
                    .when(facts -> !facts.config("ARM_LPAE"))
                    .because(
                            "Without ARM_LPAE all RAM is below 4 GiB, and 32-bit Arm has no code that makes a pool at boot.")
                    .then(POOL_PASSED_BY, true, "no pool at boot"),
            Rule.named("arm.pool.beyond-limit", MEM_INIT)
                    .when(facts -> facts.config("ARM_LPAE") && Arm64BootRules.ramAboveLimit(facts))
                    .because("There is RAM beyond the DMA limit, where narrow devices do not reach.")
                    .then(POOL_WANTED, true, "a pool is wanted"));

    private ArmBootRules() {}
}
