package dev.dmaops.selection.rules;

import static dev.dmaops.selection.SystemFacts.PAGE_BYTES;

import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.selection.Facts;

/** A pool that is made after boot, from the page allocator (kernel/dma/swiotlb.c swiotlb_init_late). */
public final class LatePool {
    private static final String MAX_ORDER_SYMBOL = "ARCH_FORCE_MAX_ORDER";
    private static final long PAGE_4K = 4096;
    private static final long PAGE_16K = 16384;

    private LatePool() {}

    /** Sets its size: a power of two, and no more than the page allocator gives in one piece. */
    public static String make(Facts facts) {
        SwiotlbParameters wanted = PoolRules.settled(facts);
        long slots = wanted.slots() <= 1 ? 1 : Long.highestOneBit(wanted.slots() - 1) << 1;
        long most = largestBlock(facts) / SwiotlbParameters.SLOT_BYTES;
        return "late pool of " + PoolRules.size(facts, Math.min(slots, most), wanted.areas());
    }

    private static long largestBlock(Facts facts) {
        long page = facts.get(PAGE_BYTES);
        return page << order(facts, page);
    }

    private static int order(Facts facts, long page) {
        String given = facts.configValue(MAX_ORDER_SYMBOL);
        if (given.matches("\\d{1,2}")) {
            // Up to 6.3 the symbol counted the orders; since then it names the highest.
            return Integer.parseInt(given) - (facts.kernelAtLeast(6, 4) ? 0 : 1);
        }
        return page == PAGE_4K ? 10 : page == PAGE_16K ? 11 : 13;
    }
}
