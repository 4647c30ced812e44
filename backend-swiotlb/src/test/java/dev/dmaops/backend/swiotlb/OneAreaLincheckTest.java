package dev.dmaops.backend.swiotlb;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Threads on one area: whatever their steps interleave to, slots, counters and the high-water mark are those of some order of the
 * calls one after the other. The mark is exact.
 */
@Tag("concurrency")
public class OneAreaLincheckTest extends LincheckPool {
    /** A fresh pool for each interleaving. */
    public OneAreaLincheckTest() {
        super(6, 1, 1);
    }

    @Test
    void everyInterleavingIsAnOrderOfCalls() {
        Lincheck.interleavings().check(OneAreaLincheckTest.class);
    }

    @Test
    void everyRunOnRealProcessorsIsAnOrderOfCalls() {
        Lincheck.realProcessors().check(OneAreaLincheckTest.class);
    }
}
