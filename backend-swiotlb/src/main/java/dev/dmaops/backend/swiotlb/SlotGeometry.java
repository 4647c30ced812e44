package dev.dmaops.backend.swiotlb;

/**
 * Where a pool lies and how it is divided.
 *
 * @param start first physical byte, page aligned
 * @param slots slots of {@link #SLOT_BYTES}
 * @param areas areas, at least 1
 */
record SlotGeometry(long start, int slots, int areas) {
    /** Bytes of a slot (IO_TLB_SIZE). */
    static final int SLOT_BYTES = 2048;

    /** Power of two of {@link #SLOT_BYTES} (IO_TLB_SHIFT). */
    static final int SLOT_SHIFT = 11;

    /** Low bits of an address that say where in a slot it is. */
    static final int SLOT_MASK = SLOT_BYTES - 1;

    /** Slots of a set, which no mapping leaves (IO_TLB_SEGSIZE). */
    static final int SET_SLOTS = 128;

    /** Power of two of {@link #SET_SLOTS}. */
    static final int SET_SHIFT = 7;

    /** The longest mapping there can be, in bytes. */
    static final long LARGEST_BYTES = (long) SET_SLOTS * SLOT_BYTES;

    /** Fewest slots worth having (IO_TLB_MIN_SLABS): 1 MiB. */
    static final int FEWEST_SLOTS = 512;

    /** Slots of an area. Slots behind the last area are never searched first. */
    int areaSlots() {
        return slots / areas;
    }

    /** Whether areas do not start at sets, or leave slots over: only in pools with odd sizes. */
    boolean odd() {
        return areas > 1 && (areaSlots() % SET_SLOTS != 0 || areaSlots() * areas != slots);
    }

    /** Sets, the last one perhaps incomplete. */
    int sets() {
        return (slots + SET_SLOTS - 1) >>> SET_SHIFT;
    }

    /** Length in bytes. */
    long bytes() {
        return (long) slots * SLOT_BYTES;
    }

    /** Physical address of a slot's first byte. */
    long address(int slot) {
        return start + ((long) slot << SLOT_SHIFT);
    }

    /** The slot of a physical address inside the pool. */
    int slot(long physical) {
        return (int) ((physical - start) >>> SLOT_SHIFT);
    }

    /** Slots that so many bytes need, counted unsigned (nr_slots). */
    static long slotsFor(long bytes) {
        return (bytes >>> SLOT_SHIFT) + ((bytes & SLOT_MASK) == 0 ? 0 : 1);
    }

    /** As many areas as have at least one set each (limit_nareas). */
    static int limitAreas(int areas, int slots) {
        return slots < areas * SET_SLOTS ? Math.max(1, slots / SET_SLOTS) : areas;
    }
}
