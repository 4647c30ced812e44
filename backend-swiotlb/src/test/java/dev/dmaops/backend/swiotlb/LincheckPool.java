package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/** The calls that threads make of a pool whose interleavings are looked at; each thread is a processor of its own. */
public abstract class LincheckPool {
    private final int unit;
    private final SlotTable table;
    private final SlotRecords records;
    private final PoolClient client;
    private final int[][] own = new int[3][16];
    private final int[] owned = new int[3];

    /**
     * A pool.
     *
     * @param unit slots of the smallest mapping; others have two and three times as many
     */
    LincheckPool(int slots, int areas, int unit) {
        this.unit = unit;
        SlotGeometry geometry = new SlotGeometry(0x1000_0000L, slots, areas);
        table = new SlotTable(geometry);
        records = new SlotRecords(geometry.slots());
        client = new PoolClient(table, geometry, TestPool.device(DmaConstraints.DEFAULT, DmaRangeMap.IDENTITY), null);
    }

    /** The first slot, or -1. */
    @Operation
    public int take(@Param(gen = ThreadIdGen.class) int thread, @Param(gen = IntGen.class, conf = "1:3") int units) {
        int n = units * unit;
        int slot = table.take(thread, n, client, SlotGeometry.SLOT_MASK, 1 << 20, 0);
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

    /** Slots in use and the most that ever were, as statistics tell them. */
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
}
