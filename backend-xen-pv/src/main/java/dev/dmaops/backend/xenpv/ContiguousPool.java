package dev.dmaops.backend.xenpv;

import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.ContiguousRegion;
import dev.dmaops.spi.MachineContiguity;
import dev.dmaops.spi.PoolFixup;

/**
 * Makes a pool contiguous in machine memory, one set of 128 slots at a time (xen_swiotlb_fixup, drivers/xen/swiotlb-xen.c, 6.12).
 *
 * <p>Each set becomes a block of 64 frames, aligned to its length, as low as Xen has one: the width begins at 18 bits and grows by one
 * with every refusal up to 32, and no set begins again at the start. Different sets need not be neighbours.
 */
record ContiguousPool(MachineContiguity contiguity, BackendContext context) implements PoolFixup {
    private static final int SET_SLOTS = 128;
    private static final int SLOT_BYTES = 2048;
    private static final int SET_ORDER = 6;
    private static final int NARROWEST = SET_ORDER + 12;
    private static final int WIDEST = 32;

    @Override
    public boolean prepare(long physical, int slots) {
        if (slots % SET_SLOTS != 0) {
            throw new IllegalArgumentException("slots=" + slots + ": expected a multiple of " + SET_SLOTS);
        }
        int width = NARROWEST;
        for (int slot = 0; slot < slots; slot += SET_SLOTS) {
            long set = physical + (long) slot * SLOT_BYTES;
            while (!(contiguity.create(set, SET_ORDER, width) instanceof ContiguousRegion)) {
                if (width == WIDEST) {
                    context.events()
                            .log(
                                    "swiotlb",
                                    "Failed to remap " + (long) slots * SLOT_BYTES + " bytes: set " + slot / SET_SLOTS
                                            + " of " + slots / SET_SLOTS + ": no block of order " + SET_ORDER
                                            + " below 2^" + WIDEST + ", tried b=" + NARROWEST + "..." + WIDEST);
                    return false;
                }
                width++;
            }
        }
        return true;
    }
}
