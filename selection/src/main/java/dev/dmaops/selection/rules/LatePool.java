package dev.dmaops.selection.rules;

import static dev.dmaops.selection.SystemFacts.PAGE_BYTES;

import dev.dmaops.selection.Facts;
import dev.dmaops.selection.PoolSizing;

/** A pool that is made after boot, from the page allocator (kernel/dma/swiotlb.c swiotlb_init_late). */
public final class LatePool {
    private static final String MAX_ORDER_SYMBOL = "ARCH_FORCE_MAX_ORDER";
    private static final long PAGE_4K = 4096;
    private static final long PAGE_16K = 16384;

    private LatePool() {}

    /** The size: a power of two, and no more than the page allocator gives in one piece. */
    public static PoolSizing sizing(Facts facts) {
        PoolSizing size = PoolRules.settled(facts);
        long most = largestBlock(facts) / PoolSizing.SLOT_BYTES;
        return new PoolSizing(Math.min(PoolSizing.powerOfTwo(size.slots()), most), size.areas());
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
