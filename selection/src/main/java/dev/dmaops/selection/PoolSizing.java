package dev.dmaops.selection;

/**
 * How large a bounce pool is to be: the arithmetic of Linux 6.12 kernel/dma/swiotlb.c on its two settings.
 *
 * @param slots slots of 2048 bytes
 * @param areas areas, or 0 while nobody has chosen their number
 */
public record PoolSizing(long slots, long areas) {
    /** Bytes of a slot. */
    public static final long SLOT_BYTES = 2048;

    /** Slots of a slot set: pools are made of whole sets, and an area is never smaller than one. */
    public static final long SET_SLOTS = 128;

    /** Slots of the smallest pool worth having: 1 MiB. */
    public static final long LEAST_SLOTS = 512;

    /** What holds while nobody has said anything: 64 MiB. */
    public static final PoolSizing DEFAULT = new PoolSizing(32768, 0);

    /** {@code swiotlb=N}: whole slot sets. */
    public PoolSizing withSlots(long wanted) {
        return new PoolSizing(roundUp(wanted, SET_SLOTS), areas);
    }

    /** {@code swiotlb=,N}, or one area for each processor: a power of two, and the slots follow. */
    public PoolSizing withAreas(long wanted) {
        return new PoolSizing(slots, powerOfTwo(Math.max(1, wanted))).fitted();
    }

    /** Another size in bytes, unless the user has chosen one. */
    public PoolSizing adjusted(long bytes) {
        if (slots != DEFAULT.slots) {
            return this;
        }
        long wanted = roundUp(roundUp(bytes, SLOT_BYTES) / SLOT_BYTES, SET_SLOTS);
        return new PoolSizing(wanted, areas).fitted();
    }

    /** The areas that so many slots can have. */
    public long areasOf(long poolSlots) {
        return poolSlots < areas * SET_SLOTS ? poolSlots / SET_SLOTS : areas;
    }

    /** The pool size in bytes. */
    public long bytes() {
        return slots * SLOT_BYTES;
    }

    /** What is tried after this many slots did not fit; 0 when the kernel gives up. */
    public static long afterFailure(long failedSlots) {
        return failedSlots <= LEAST_SLOTS ? 0 : roundUp(failedSlots / 2, SET_SLOTS);
    }

    /** The next power of two, or the number itself. */
    public static long powerOfTwo(long number) {
        return number <= 1 ? 1 : Long.highestOneBit(number - 1) << 1;
    }

    // Once there are areas, slots come in powers of two, and at least one slot set for each area.
    private PoolSizing fitted() {
        if (areas == 0) {
            return this;
        }
        if (slots < SET_SLOTS * areas) {
            return new PoolSizing(powerOfTwo(SET_SLOTS * areas), areas);
        }
        return new PoolSizing(powerOfTwo(slots), areas);
    }

    private static long roundUp(long number, long multiple) {
        return (number + multiple - 1) / multiple * multiple;
    }

    @Override
    public String toString() {
        return slots + " slots" + (areas == 0 ? "" : ", " + areas + (areas == 1 ? " area" : " areas"));
    }
}
