package dev.dmaops.backend.swiotlb;

/** What the concurrency tests share. */
final class Lincheck {
    /** How many scenarios, and how many interleavings of each: the profile {@code concurrency} asks for more. */
    static final int ITERATIONS = Integer.getInteger("dmaops.lincheck.iterations", 5);

    static final int INVOCATIONS = Integer.getInteger("dmaops.lincheck.invocations", 200);

    private Lincheck() {}

    /** A pool at rest: bits, records, areas and ceilings agree. Plain code, because every step of it is traced. */
    static void requireAgreement(SlotTable table, SlotRecords records) {
        int[] used = new int[table.areaCount()];
        int covered = 0;
        for (int slot = 0; slot < table.slots(); slot++) {
            if (records.isHead(slot)) {
                require(slot >= covered, "two mappings share slot " + slot);
                covered = slot + records.slots(slot);
            }
            require(table.isFree(slot) == (slot >= covered), "slot " + slot + " is free and mapped, or neither");
            if (slot < covered) {
                used[slot / table.areaSlots()]++;
            }
        }
        int ceilings = 0;
        for (int a = 0; a < table.areaCount(); a++) {
            Area area = table.area(a);
            require(area.used == used[a], "area " + a + " counts " + area.used + " slots, used are " + used[a]);
            require(area.used <= area.ceiling, "area " + a + " is above its ceiling");
            require(area.lock == 0, "area " + a + " is locked");
            ceilings += area.ceiling;
        }
        require(ceilings == table.highWater().mark(), "ceilings together are not the high-water mark");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
