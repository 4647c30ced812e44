package dev.dmaops.machine.sim;

import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;

/** How an address on a device's bus becomes a physical one. Any thread may call. */
interface BusPath {
    /** The physical address of one byte, or, below 0, a fault made by {@link #fault}. */
    long toPhysical(long address, Access access);

    /**
     * From this address on, how many bytes lie at neighbouring physical addresses.
     *
     * @param most enough for the caller; at least 1
     */
    long contiguous(long address, long most);

    /** A fault as the result of a translation. */
    static long fault(Reason reason) {
        return -1L - reason.ordinal();
    }

    /** Whether a translation failed. */
    static boolean isFault(long result) {
        return result < 0;
    }

    /** Why a translation failed. */
    static Reason reason(long result) {
        return Reason.values()[(int) (-1L - result)];
    }
}
