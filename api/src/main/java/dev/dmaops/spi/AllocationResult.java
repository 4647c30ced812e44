package dev.dmaops.spi;

import dev.dmaops.api.Refused;

/** What came of an allocation. */
public sealed interface AllocationResult permits Allocation, AllocationRefused {
    /** The refusal as a result. */
    static AllocationResult refused(Refused refused) {
        return new AllocationRefused(refused);
    }
}
