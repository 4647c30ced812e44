package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.DmaDeviceState;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bitmap search gives the slot of the plain scan in every state: random pools, alignments, strides, boundaries, phases and
 * occupancies, some millions of them. {@code -Ddmaops.seed} and {@code -Ddmaops.rounds} repeat and lengthen a run.
 */
class SlotTablePropertyTest {
    private static final long ROUNDS = Long.getLong("dmaops.rounds", 150);
    private static final int STEPS = 3000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everySearchAnswersAsThePlainScanDoes(long number) {
        long seed = Long.getLong("dmaops.seed", 20_261_123L) * 1000 + number;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            new Run(random, "seed=" + seed + " round=" + round).go();
        }
    }

    private static final class Run {
        private final SplittableRandom random;
        private final String what;
        private final SlotGeometry geometry;
        private final SlotTable table;
        private final SlotRecords records;
        private final PlainSlots plain;
        private final DmaDeviceState device;
        private final long base;
        private final int[] heads;
        private final int target;
        private final int largest;
        private int live;
        private int used;

        Run(SplittableRandom random, String what) {
            this.random = random;
            int slots = random.nextInt(4) == 0 ? 1 + random.nextInt(700) : 128 * (1 + random.nextInt(24));
            int areas = Math.min(Math.max(1, slots / 128), 1 << random.nextInt(4));
            if (random.nextInt(6) == 0) {
                areas = 1 + random.nextInt(Math.max(1, slots / 128));
            }
            geometry = new SlotGeometry(0x1000_0000L, slots, areas);
            table = new SlotTable(geometry);
            records = new SlotRecords(slots);
            plain = new PlainSlots(geometry);
            base = 4096L * random.nextInt(1 << 16) + (random.nextInt(50) == 0 ? 512 : 0);
            DmaRange window = new DmaRange(geometry.start(), base, geometry.bytes());
            device = TestPool.device(DmaConstraints.DEFAULT, DmaRangeMap.of(List.of(window)));
            heads = new int[slots];
            target = slots * random.nextInt(101) / 100;
            largest = 1 + random.nextInt(128);
            this.what = what + " " + geometry + " base=" + base;
        }

        void go() {
            for (int step = 0; step < STEPS; step++) {
                if (live > 0 && (used >= target ? random.nextInt(3) > 0 : random.nextInt(4) == 0)) {
                    give();
                } else {
                    take(step);
                }
            }
            SlotPoolInvariants.check(table, geometry);
            for (int i = 0; i < table.slots(); i++) {
                assertThat(table.isFree(i)).as(what).isEqualTo(plain.list[i] != 0);
            }
        }

        private void take(int step) {
            int n = random.nextInt(3) == 0 ? 1 + random.nextInt(largest) : 1 + random.nextInt(4);
            long mask = 2047 | mask(12, 20);
            long keep = mask(9, 22);
            if (random.nextInt(40) == 0) {
                keep = random.nextLong() & 0xf_ffffL;
            }
            if (random.nextInt(200) == 0) {
                keep = -1L;
            }
            long keepUncut = keep;
            keep &= ~mask;
            long original = random.nextInt(5) == 0 ? 0 : random.nextLong();
            if (random.nextInt(100) == 0) {
                original = -1L;
            }
            long boundary =
                    random.nextInt(3) == 0 ? 1L << random.nextInt(10) : random.nextBoolean() ? 1L << 53 : 1L << 21;
            long bounded = boundary == 1L << 53 ? base : base & (boundary * 2048 - 1);
            int cpu = random.nextInt(8);
            device.constraints(new DmaConstraints(0, (boundary << 11) - 1, keepUncut));
            PoolClient client = new PoolClient(table, geometry, device, null);
            int slot = table.take(cpu, n, client, mask, original, 0);
            int expected = plain.take(cpu, n, bounded, mask, keep, original, boundary);
            if (slot != expected) {
                assertThat(slot)
                        .as(
                                "%s step=%d n=%d mask=%x keep=%x original=%x boundary=%x",
                                what, step, n, mask, keep, original, boundary)
                        .isEqualTo(expected);
            }
            for (int a = 0; a < table.areaCount(); a++) {
                if (table.area(a).index != plain.index[a] || table.area(a).used != plain.used[a]) {
                    assertThat(table.area(a).index).as(what).isEqualTo(plain.index[a]);
                    assertThat(table.area(a).used).as(what).isEqualTo(plain.used[a]);
                }
            }
            if (slot >= 0) {
                records.write(slot, n * 2048L);
                heads[live++] = slot;
                used += n;
            }
        }

        private long mask(int lowBits, int highBits) {
            return random.nextInt(3) > 0 ? 0 : (1L << (lowBits + random.nextInt(highBits - lowBits))) - 1;
        }

        private void give() {
            int i = random.nextInt(live);
            int head = heads[i];
            heads[i] = heads[--live];
            used -= plain.count[head];
            assertThat(table.release(head, records, records.word(head))).isTrue();
            plain.release(head);
        }
    }
}
