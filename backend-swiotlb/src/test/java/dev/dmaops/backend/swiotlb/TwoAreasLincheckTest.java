package dev.dmaops.backend.swiotlb;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Threads on two areas, each with a lock of its own: the same as on one, the high-water mark over both included. The areas have room
 * for everything, because a mapping that finds its own area full looks at the next one at another moment, here as in Linux.
 */
@Tag("concurrency")
public class TwoAreasLincheckTest extends LincheckPool {
    /** A fresh pool for each interleaving. */
    public TwoAreasLincheckTest() {
        super(256, 2, 6);
    }

    @Test
    void everyInterleavingIsAnOrderOfCalls() {
        Lincheck.interleavings().check(TwoAreasLincheckTest.class);
    }

    @Test
    void everyRunOnRealProcessorsIsAnOrderOfCalls() {
        Lincheck.realProcessors().check(TwoAreasLincheckTest.class);
    }
}
