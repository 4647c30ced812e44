package dev.dmaops.backend.swiotlb;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/** What the concurrency tests share. */
final class Lincheck {
    /** How many scenarios, and how many interleavings of each: the profile {@code concurrency} asks for more. */
    private static final int ITERATIONS = Integer.getInteger("dmaops.lincheck.iterations", 5);

    private static final int INVOCATIONS = Integer.getInteger("dmaops.lincheck.invocations", 200);

    private Lincheck() {}

    /** Interleavings one by one, on one processor. */
    static ModelCheckingOptions interleavings() {
        return new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS);
    }

    /** Threads as they run. */
    static StressOptions realProcessors() {
        return new StressOptions()
                .threads(2)
                .actorsPerThread(4)
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS);
    }

    /** A pool at rest: bits, records, areas and ceilings agree. Plain code and few steps, because every step of it is traced. */
    static void requireAgreement(SlotTable table, SlotRecords records) {
        long[] free = new long[table.words()];
        int[] used = new int[table.areaCount()];
        int slot = 0;
        while (slot < table.slots()) {
            if (records.isHead(slot)) {
                int slots = records.slots(slot);
                used[slot / table.areaSlots()] += slots;
                slot += slots;
            } else {
                free[slot >>> 6] |= 1L << slot;
                slot++;
            }
        }
        for (int word = 0; word < free.length; word++) {
            require(free[word] == table.freeWord(word), "free bits and records disagree in word ", word);
        }
        int ceilings = 0;
        for (int a = 0; a < table.areaCount(); a++) {
            Area area = table.area(a);
            require(area.used == used[a], "another number of slots is used than counted in area ", a);
            require(area.used <= area.ceiling, "above its ceiling is area ", a);
            require(area.lock == 0, "locked is area ", a);
            ceilings += area.ceiling;
        }
        require(
                ceilings == table.highWater().mark(),
                "the high-water mark is not the ceilings together, which are ",
                ceilings);
    }

    private static void require(boolean holds, String otherwise, int where) {
        if (!holds) {
            throw new IllegalStateException(otherwise + where);
        }
    }
}
