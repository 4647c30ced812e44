package dev.dmaops.selection.rules;

import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_FORCE;
import static dev.dmaops.selection.CommandLineFacts.SWIOTLB_NOFORCE;
import static dev.dmaops.selection.SystemFacts.CPUS;
import static dev.dmaops.selection.SystemFacts.LOW_LIMIT;
import static dev.dmaops.selection.SystemFacts.POOL;
import static dev.dmaops.selection.SystemFacts.POOL_ANYWHERE;
import static dev.dmaops.selection.SystemFacts.POOL_AREAS;
import static dev.dmaops.selection.SystemFacts.POOL_FORCED;
import static dev.dmaops.selection.SystemFacts.POOL_FORCE_FLAG;
import static dev.dmaops.selection.SystemFacts.POOL_PASSED_BY;
import static dev.dmaops.selection.SystemFacts.POOL_REMAP;
import static dev.dmaops.selection.SystemFacts.POOL_SIZING;
import static dev.dmaops.selection.SystemFacts.POOL_SLOTS;
import static dev.dmaops.selection.SystemFacts.POOL_WANTED;
import static dev.dmaops.selection.SystemFacts.RAM;

import dev.dmaops.api.PoolKind;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.spi.MemoryRange;

/** Whether the boot pool is made, and how (swiotlb_init_remap). */
public final class PoolRules {
    /** Slots of the smallest pool that the kernel goes on halving from: 1 MiB. */
    private static final long LEAST_SLOTS = 512;

    private static final String SWIOTLB = "kernel/dma/swiotlb.c swiotlb_init_remap";

    /** Makes the boot pool, if boot comes to it. */
    public static final RuleTable BOOT_POOL = RuleTable.first(
                    "Is there a bounce pool after boot?",
                    Rule.named("pool.not-built", "kernel/dma/Kconfig")
                            .when(facts -> !facts.config("SWIOTLB"))
                            .because(
                                    "The kernel is built without SWIOTLB, so it has no bounce pool and no code that could"
                                            + " use one.")
                            .then(POOL, PoolKind.NONE, "no pool"),
                    Rule.named("pool.not-wanted", SWIOTLB)
                            .when(facts -> !facts.is(POOL_WANTED) && !facts.is(SWIOTLB_FORCE))
                            .because(
                                    "Nothing on this system needs a bounce pool and swiotlb=force does not ask for one, so"
                                            + " the memory is saved.")
                            .then(POOL, PoolKind.NONE, "no pool"),
                    Rule.named("pool.noforce", SWIOTLB)
                            .when(facts -> facts.is(SWIOTLB_NOFORCE))
                            .because("swiotlb=noforce forbids the pool, whatever else asks for it.")
                            .then(POOL, PoolKind.NONE, "no pool"),
                    Rule.named("pool.no-room", SWIOTLB)
                            .when(facts -> !facts.is(POOL_ANYWHERE) && !hasRoom(facts))
                            .because(facts -> "There is no free run of RAM at or below 0x"
                                    + Long.toHexString(facts.get(LOW_LIMIT))
                                    + " for even the smallest pool of 512 slots: the kernel gives up without a word.")
                            .then(facts -> {
                                facts.set(POOL_FORCED, facts.is(SWIOTLB_FORCE) || facts.is(POOL_FORCE_FLAG));
                                return "no pool";
                            }),
                    Rule.named("pool.boot", SWIOTLB)
                            .because(facts -> "A bounce pool is wanted and allowed, so it is taken from boot memory"
                                    + (facts.is(POOL_ANYWHERE) ? "." : " that narrow devices reach."))
                            .then(PoolRules::make))
            .onlyIf(facts -> !facts.peek(POOL_PASSED_BY));

    private PoolRules() {}

    /** The size of the pool once the number of areas is settled. */
    static SwiotlbParameters settled(Facts facts) {
        SwiotlbParameters size = facts.get(POOL_SIZING);
        return areas(facts) ? size.withDefaultAreas(facts.get(CPUS)) : size;
    }

    /** Sets the slots to ask for and the areas to divide them into; areas came with 6.0. */
    static String size(Facts facts, long slots, long areas) {
        long possible = areas(facts) ? SwiotlbParameters.limitAreas(areas, slots) : 1;
        facts.set(POOL_SLOTS, slots);
        facts.set(POOL_AREAS, possible);
        return slots + " slots in " + possible + (possible == 1 ? " area" : " areas");
    }

    private static boolean areas(Facts facts) {
        return facts.kernelAtLeast(6, 0);
    }

    private static String make(Facts facts) {
        SwiotlbParameters wanted = settled(facts);
        String size = size(facts, wanted.slots(), wanted.areas());
        boolean forced = facts.is(SWIOTLB_FORCE) || facts.is(POOL_FORCE_FLAG);
        facts.set(POOL_FORCED, forced);
        boolean remap = facts.is(POOL_REMAP);
        facts.set(POOL, remap ? PoolKind.DEFAULT_XEN_REMAPPED : PoolKind.DEFAULT);
        return "boot pool of " + size
                + (remap ? ", made contiguous in machine memory" : "")
                + (forced ? ", every streaming map goes through it" : "");
    }

    /** Whether some size that the kernel tries fits; firmware and kernel also take memory, which is not known here. */
    private static boolean hasRoom(Facts facts) {
        if (facts.get(RAM).isEmpty()) {
            return true;
        }
        long limit = facts.get(LOW_LIMIT);
        long longest = 0;
        for (MemoryRange range : facts.peek(RAM)) {
            if (Long.compareUnsigned(range.start(), limit) <= 0) {
                long last = Long.compareUnsigned(range.last(), limit) < 0 ? range.last() : limit;
                longest = Math.max(longest, last - range.start() + 1);
            }
        }
        long slots = settled(facts).slots();
        // Halving came together with the common set-up for Xen PV.
        while (facts.kernelAtLeast(5, 19) && slots * SwiotlbParameters.SLOT_BYTES > longest && slots > LEAST_SLOTS) {
            slots = roundToSets(slots / 2);
        }
        return slots * SwiotlbParameters.SLOT_BYTES <= longest;
    }

    private static long roundToSets(long slots) {
        return (slots + SwiotlbParameters.SLOT_SET - 1) / SwiotlbParameters.SLOT_SET * SwiotlbParameters.SLOT_SET;
    }
}
