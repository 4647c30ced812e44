package dev.dmaops.trace.setup;

/**
 * The pool that a trace is replayed with.
 *
 * @param slots slots of 2048 bytes; 0 for no pool
 * @param areas areas that they are divided into
 * @param start physical address of the first slot
 * @param forced whether everything bounced
 * @param processors processors that there can be, which decide the areas when nobody else does
 * @param origin where the numbers came from
 */
public record PoolFacts(int slots, int areas, long start, boolean forced, int processors, String origin) {
    /** 2 GiB: half of the addresses below 4 GiB, where the default pool lies. */
    public static final int LARGEST_SLOTS = 1 << 20;

    /** No processor addresses physical memory from here on: 52 bits, the most of both x86 and arm64. */
    static final long MEMORY_END = 1L << 52;
}
