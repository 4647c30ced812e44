package dev.dmaops.machine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimPagesTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private final List<SimMachine> machines = new ArrayList<>();

    @AfterEach
    void closeMachines() {
        machines.forEach(SimMachine::close);
    }

    private SimPages open(SimMachineBuilder builder) {
        SimMachine machine = builder.open();
        machines.add(machine);
        return machine.pages();
    }

    private SimPages pc(long bytes) {
        return open(SimMachine.builder().ram(0, bytes).zones(16 * MIB - 1, true));
    }

    @ParameterizedTest
    @CsvSource({"4096, 10", "16384, 11", "65536, 13"})
    void largestOrderIsLinuxs(long pageBytes, int maxOrder) {
        SimPages pages = open(SimMachine.builder().ram(0, 2 * GIB).pageBytes(pageBytes));
        assertThat(pages.maxOrder()).isEqualTo(maxOrder);
        long block = pages.allocate(maxOrder, Zone.NORMAL);
        assertThat(block).isPositive();
        assertThat(block % (pageBytes << maxOrder)).isZero();
    }

    @Test
    void zonesAreCutWhereTheyAreDefined() {
        SimPages pages =
                open(SimMachine.builder().ram(0, 3 * GIB).ram(4 * GIB, GIB).zones(GIB - 1, true));
        assertThat(pages.allocate(0, Zone.DMA)).isLessThan(GIB);
        assertThat(pages.allocate(0, Zone.DMA32)).isBetween(GIB, 4 * GIB - 1);
        assertThat(pages.allocate(0, Zone.NORMAL)).isGreaterThanOrEqualTo(4 * GIB);
        assertThat(pages.freePages(Zone.DMA32)).isEqualTo(2 * GIB / 4096 - 1);
        assertThat(pages.maxPfn()).isEqualTo(5 * GIB / 4096);
    }

    @Test
    void zoneWithoutRamIsAbsent() {
        SimPages pages = open(SimMachine.builder().ram(5 * GIB, GIB).zones(16 * MIB - 1, true));
        assertThat(pages.hasZone(Zone.DMA)).isFalse();
        assertThat(pages.hasZone(Zone.DMA32)).isFalse();
        assertThat(pages.hasZone(Zone.NORMAL)).isTrue();
        assertThat(pages.allocate(0, Zone.DMA32)).isEqualTo(PageAllocator.NO_PAGES);
    }

    @Test
    void zoneThatReachesEverythingLeavesTheOthersEmpty() {
        SimPages pages = open(SimMachine.builder().ram(256 * GIB, GIB).zones(-1L, true));
        assertThat(pages.hasZone(Zone.DMA)).isTrue();
        assertThat(pages.hasZone(Zone.DMA32)).isFalse();
        assertThat(pages.hasZone(Zone.NORMAL)).isFalse();
        assertThat(pages.allocate(0, Zone.NORMAL)).isEqualTo(256 * GIB);
    }

    @Test
    void fullZoneFallsBackToLowerOnesOnly() {
        SimPages pages = open(SimMachine.builder().ram(0, 32 * MIB).zones(16 * MIB - 1, true));
        long before = pages.freePages(Zone.DMA);
        for (int i = 0; i < 4; i++) {
            assertThat(pages.allocate(10, Zone.DMA32)).isGreaterThanOrEqualTo(16 * MIB);
        }
        assertThat(pages.freePages(Zone.DMA32)).isZero();
        assertThat(pages.allocate(10, Zone.NORMAL)).isLessThan(16 * MIB);
        assertThat(pages.freePages(Zone.DMA)).isEqualTo(before - 1024);
        while (pages.allocate(0, Zone.DMA) != PageAllocator.NO_PAGES) {
            assertThat(pages.freePages(Zone.DMA)).isNotNegative();
        }
        assertThat(pages.freePages()).isZero();
    }

    @Test
    void pageFrameZeroIsNeverGivenOut() {
        SimPages pages = pc(16 * MIB);
        List<Long> all = new ArrayList<>();
        for (long at = pages.allocate(0, Zone.NORMAL); at >= 0; at = pages.allocate(0, Zone.NORMAL)) {
            all.add(at);
        }
        assertThat(all).hasSize(16 * 256 - 1).doesNotContain(0L).isSorted();
    }

    @Test
    void blocksNeverJoinAcrossZones() {
        SimPages pages = open(SimMachine.builder().ram(0, 4 * MIB).zones(MIB - 1, false));
        long dma = pages.allocate(7, Zone.DMA);
        long normal = pages.allocate(8, Zone.NORMAL);
        pages.free(dma, 7);
        pages.free(normal, 8);
        assertThat(pages.freeBlocks(10)).isZero();
        assertThat(pages.freeBlocks(9)).isEqualTo(1);
        assertThat(pages.freeBlocks(8)).isEqualTo(1);
    }

    @Test
    void freeingTwiceIsRefusedAndChangesNothing() {
        SimPages pages = pc(64 * MIB);
        long block = pages.allocate(2, Zone.NORMAL);
        pages.free(block, 2);
        long free = pages.freePages();
        assertThatThrownBy(() -> pages.free(block, 2))
                .isInstanceOf(DmaUsageException.class)
                .hasMessage("DMA-3013 pages: cannot free physical=0x" + Long.toHexString(block)
                        + " order=2: no block of that"
                        + " order is allocated there. Free each block once, with the order it was allocated with.");
        assertThat(pages.freePages()).isEqualTo(free);
    }

    @Test
    void freeingForeignOrWithOtherOrderIsRefused() {
        SimPages pages = pc(64 * MIB);
        long block = pages.allocate(3, Zone.NORMAL);
        for (long at : new long[] {block + 4096, block + 1, -4096, 1L << 50, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> pages.free(at, 3)).isInstanceOf(DmaUsageException.class);
        }
        assertThatThrownBy(() -> pages.free(block, 2)).isInstanceOf(DmaUsageException.class);
        assertThatThrownBy(() -> pages.free(block, 11)).isInstanceOf(DmaUsageException.class);
        pages.free(block, 3);
    }

    @Test
    void bootReservationIsTheHighestThatFits() {
        SimPages pages = open(SimMachine.builder().ram(0, 3 * GIB).ram(4 * GIB, GIB));
        assertThat(pages.reserveAtBoot(64 * MIB, (1L << 32) - 1)).isEqualTo(3 * GIB - 64 * MIB);
        assertThat(pages.reserveAtBoot(64 * MIB, (1L << 32) - 1)).isEqualTo(3 * GIB - 128 * MIB);
        assertThat(pages.reserveAtBoot(4096, -1L)).isEqualTo(5 * GIB - 4096);
        assertThat(pages.reserveAtBoot(4096, GIB + 5000)).isEqualTo(GIB);
        assertThat(pages.reserveAtBoot(4 * GIB, -1L)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.reserveAtBoot(4096, 4095)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.freePages()).isEqualTo(4 * GIB / 4096 - 1 - 2 * 64 * 256 - 2);
    }

    @Test
    void bootReservationComesBack() {
        SimPages pages = pc(64 * MIB);
        long early = pages.reserveAtBoot(MIB, -1L);
        pages.releaseAtBoot(early, MIB);
        long pool = pages.reserveAtBoot(8 * MIB, -1L);
        assertThat(pool).isEqualTo(56 * MIB);
        assertThat(pages.freePages()).isEqualTo(56 * 256 - 1);
        pages.releaseAtBoot(pool + 4 * MIB, 4 * MIB);
        assertThatThrownBy(() -> pages.releaseAtBoot(pool, 8 * MIB)).isInstanceOf(DmaUsageException.class);
        pages.releaseAtBoot(pool, 4 * MIB);
        assertThat(pages.freePages()).isEqualTo(64 * 256 - 1);
        assertThat(pages.freeBlocks(10)).isEqualTo(15);
    }

    @Test
    void lateReservationGetsTheHighestPlaceThatIsFree() {
        SimPages pages = pc(64 * MIB);
        long top = pages.allocateBetween(0, 60 * MIB, -1L);
        long boot = pages.reserveAtBoot(6 * MIB + 4096, -1L);
        assertThat(boot).isEqualTo(60 * MIB - 6 * MIB - 4096);
        assertThat(pages.freePages()).isEqualTo(64 * 256 - 1 - 1 - 6 * 256 - 1);
        assertThat(pages.allocateBetween(0, boot, 60 * MIB - 1)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.reserveAtBoot(64 * MIB, -1L)).isEqualTo(PageAllocator.NO_PAGES);
        assertThatThrownBy(() -> pages.free(boot, 0)).isInstanceOf(DmaUsageException.class);
        pages.releaseAtBoot(boot, 6 * MIB + 4096);
        pages.free(top, 0);
        assertThat(pages.freePages()).isEqualTo(64 * 256 - 1);
        assertThat(pages.freeBlocks(10)).isEqualTo(15);
    }

    @Test
    void regionThatFirmwareReservedIsNeverGivenOut() {
        SimPages pages = pc(64 * MIB);
        assertThat(pages.reserveRegion(new MemoryRange(20 * MIB + 100, 5000))).isTrue();
        assertThat(pages.reserveRegion(new MemoryRange(20 * MIB + 8000, 100))).isFalse();
        assertThat(pages.reserveRegion(new MemoryRange(GIB, 100))).isTrue();
        assertThat(pages.allocateBetween(0, 20 * MIB, 20 * MIB + 8191)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.freePages()).isEqualTo(64 * 256 - 1 - 2);
    }

    @Test
    void blockBetweenTwoAddressesLiesThere() {
        SimPages pages = pc(2 * GIB);
        assertThat(pages.allocateBetween(0, GIB + 1, 2 * GIB - 1)).isEqualTo(GIB + 4096);
        assertThat(pages.allocateBetween(3, GIB + 1, -1L)).isEqualTo(GIB + 8 * 4096);
        assertThat(pages.allocateBetween(0, GIB, GIB + 4095)).isEqualTo(GIB);
        assertThat(pages.allocateBetween(0, GIB, GIB + 4095)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.allocateBetween(0, 2 * GIB, -1L)).isEqualTo(PageAllocator.NO_PAGES);
        pages.free(GIB + 8 * 4096, 3);
        pages.free(GIB, 0);
        pages.free(GIB + 4096, 0);
        assertThat(pages.freeBlocks(10)).isEqualTo(511);
    }

    @ParameterizedTest
    @ValueSource(longs = {4096, 16384, 65536})
    void randomUseNeverOverlapsAndEverythingMergesBack(long pageBytes) {
        for (long seed = 1; seed <= 4; seed++) {
            SimPages pages = open(SimMachine.builder()
                    .ram(pageBytes, 37 * pageBytes)
                    .ram(64 * MIB, 1024 * MIB)
                    .ram(4 * GIB, 700 * pageBytes)
                    .pageBytes(pageBytes)
                    .zones(128 * MIB - 1, true));
            randomUse(pages, new Random(seed), "seed=" + seed + " pageBytes=" + pageBytes);
        }
    }

    private static void randomUse(SimPages pages, Random random, String seed) {
        long free = pages.freePages();
        List<Long> shape = shape(pages);
        TreeMap<Long, Integer> live = new TreeMap<>();
        long held = 0;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(100) < (step < 10_000 ? 60 : 40)) {
                int order = random.nextInt(1 + random.nextInt(pages.maxOrder() + 1));
                Zone zone = Zone.values()[random.nextInt(3)];
                long at = pages.allocate(order, zone);
                if (at == PageAllocator.NO_PAGES) {
                    continue;
                }
                long bytes = pages.pageBytes() << order;
                assertThat(at % bytes).as(seed).isZero();
                Map.Entry<Long, Integer> below = live.floorEntry(at);
                assertThat(below == null || below.getKey() + (pages.pageBytes() << below.getValue()) <= at)
                        .as(seed)
                        .isTrue();
                Long above = live.ceilingKey(at);
                assertThat(above == null || at + bytes <= above).as(seed).isTrue();
                assertThat(zone != Zone.DMA || at + bytes <= 128 * MIB).as(seed).isTrue();
                assertThat(zone != Zone.DMA32 || at + bytes <= 4 * GIB).as(seed).isTrue();
                live.put(at, order);
                held += 1L << order;
            } else if (!live.isEmpty()) {
                Map.Entry<Long, Integer> above = live.ceilingEntry(random.nextLong(5 * GIB));
                Map.Entry<Long, Integer> block = above == null ? live.pollFirstEntry() : above;
                int order = block.getValue();
                live.remove(block.getKey());
                pages.free(block.getKey(), order);
                held -= 1L << order;
            }
            assertThat(pages.freePages()).as(seed).isEqualTo(free - held);
        }
        live.forEach(pages::free);
        assertThat(pages.freePages()).as(seed).isEqualTo(free);
        assertThat(shape(pages)).as(seed).isEqualTo(shape);
    }

    private static List<Long> shape(SimPages pages) {
        List<Long> shape = new ArrayList<>();
        for (int order = 0; order <= pages.maxOrder(); order++) {
            shape.add(pages.freeBlocks(order));
        }
        return shape;
    }
}
