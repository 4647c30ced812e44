package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Threads on one area: whatever their steps interleave to, slots, counters and the high-water mark are those of some order of the
 * calls one after the other. The mark is exact.
 */
@Param(name = "n", gen = IntGen.class, conf = "1:3")
@Tag("concurrency")
public class OneAreaLincheckTest {
    private static final SlotGeometry GEOMETRY = new SlotGeometry(0x1000_0000L, 6, 1);

    private final SlotTable table = new SlotTable(GEOMETRY);
    private final SlotRecords records = new SlotRecords(GEOMETRY.slots());
    private final PoolClient client =
            new PoolClient(table, GEOMETRY, TestPool.device(DmaConstraints.DEFAULT, DmaRangeMap.IDENTITY), null);

    private final int[][] own = new int[3][16];
    private final int[] owned = new int[3];

    /** A fresh pool for each interleaving. */
    public OneAreaLincheckTest() {}

    /** The first slot, or -1. */
    @Operation
    public int take(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "n") int n) {
        int slot = table.take(0, n, client, SlotGeometry.SLOT_MASK, 1 << 20, 0);
        if (slot >= 0) {
            records.write(slot, (long) n * SlotGeometry.SLOT_BYTES);
            own[thread % 3][owned[thread % 3]++] = slot;
        }
        return slot;
    }

    /** Gives back what the thread took last: no driver knows the address of a mapping that is still being made. */
    @Operation
    public boolean release(@Param(gen = ThreadIdGen.class) int thread) {
        if (owned[thread % 3] == 0) {
            return false;
        }
        int slot = own[thread % 3][--owned[thread % 3]];
        return table.release(slot, records, records.word(slot));
    }

    /** Slots in use and the most that ever were. */
    @Operation
    public String counters() {
        table.lockAll();
        try {
            return table.used() + " of at most " + table.highWater().mark();
        } finally {
            table.unlockAll();
        }
    }

    /** Everything that is kept agrees when all threads are done. */
    @Validate
    public void invariants() {
        Lincheck.requireAgreement(table, records);
    }

    @Test
    void everyInterleavingIsAnOrderOfCalls() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .iterations(Lincheck.ITERATIONS)
                .invocationsPerIteration(Lincheck.INVOCATIONS)
                .check(OneAreaLincheckTest.class);
    }

    @Test
    void everyRunOnRealProcessorsIsAnOrderOfCalls() {
        new StressOptions()
                .threads(2)
                .actorsPerThread(4)
                .iterations(Lincheck.ITERATIONS)
                .invocationsPerIteration(Lincheck.INVOCATIONS)
                .check(OneAreaLincheckTest.class);
    }
}
