package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

/** Walks everything that a pool keeps and checks that it agrees. Only for a pool at rest. */
final class SlotPoolInvariants {
    private SlotPoolInvariants() {}

    static void check(SlotPool pool) {
        check(pool.table(), pool.geometry());
        SlotTable table = pool.table();
        SlotRecords records = pool.records();
        int[] usedByArea = new int[table.areaCount()];
        int used = 0;
        int slot = 0;
        while (slot < table.slots()) {
            if (table.isFree(slot)) {
                assertThat(records.isHead(slot))
                        .as("head at free slot %d", slot)
                        .isFalse();
                assertThat(records.keepsMemory(slot))
                        .as("memory kept at free slot %d", slot)
                        .isFalse();
                slot++;
                continue;
            }
            assertThat(records.isHead(slot))
                    .as("used slot %d starts no mapping", slot)
                    .isTrue();
            int slots = records.slots(slot);
            assertThat(slots).isBetween(1, SlotGeometry.SET_SLOTS);
            assertThat(slot % SlotGeometry.SET_SLOTS + slots)
                    .as("mapping at slot %d leaves its set", slot)
                    .isLessThanOrEqualTo(SlotGeometry.SET_SLOTS);
            assertThat(SlotGeometry.slotsFor(records.allocated(slot))).isEqualTo(slots);
            assertThat(records.padding(slot)).isLessThan(slots);
            assertThat(records.bytes(slot)).isBetween(1L, records.allocated(slot));
            for (int i = slot; i < slot + slots; i++) {
                assertThat(table.isFree(i)).as("slot %d inside of a mapping", i).isFalse();
                assertThat(records.headOf(i)).isEqualTo(slot);
            }
            usedByArea[slot / table.areaSlots()] += slots;
            used += slots;
            slot += slots;
        }
        for (int a = 0; a < table.areaCount(); a++) {
            assertThat(table.area(a).used).as("used of area %d", a).isEqualTo(usedByArea[a]);
        }
        assertThat(table.used()).isEqualTo(used);
        assertThat(table.highWater().mark()).isGreaterThanOrEqualTo(used);
    }

    /** The bitmaps alone. */
    static void check(SlotTable table, SlotGeometry geometry) {
        for (int set = 0; set < geometry.sets(); set++) {
            int longest = SetBits.longestRun(table.freeWord(2 * set), table.freeWord(2 * set + 1));
            FreeSlots free = table.freeSlotsAround(set * SlotGeometry.SET_SLOTS);
            int inFree = set - free.first / SlotGeometry.SET_SLOTS;
            int bound = free.summary().bound(inFree);
            assertThat(bound).as("bound of set %d", set).isGreaterThanOrEqualTo(longest);
            for (int k = 0; k < 8; k++) {
                assertThat(free.summary().inClass(inFree, k))
                        .as("set %d in class %d", set, k)
                        .isEqualTo(bound >= 1 << k);
            }
        }
        for (int slot = table.slots(); slot < table.words() * 64; slot++) {
            assertThat(table.isFree(slot)).as("slot %d behind the pool", slot).isFalse();
        }
        int ceilings = 0;
        for (int a = 0; a < table.areaCount(); a++) {
            assertThat(table.area(a).used).as("used of area %d", a).isBetween(0, table.area(a).ceiling);
            ceilings += table.area(a).ceiling;
        }
        assertThat(ceilings).as("ceilings together").isEqualTo(table.highWater().mark());
        for (int a = 0; a < table.areaCount(); a++) {
            assertThat(table.area(a).lock).as("lock of area %d", a).isZero();
            assertThat(table.area(a).index).isBetween(0, table.areaSlots() - 1);
        }
    }
}
