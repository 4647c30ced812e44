package dev.dmaops.machine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlacedPagesTest {
    private static final long MIB = 1L << 20;

    private final SimMachine machine = SimMachine.builder()
            .ram(0x10_0000, 1023 * MIB)
            .ram(1L << 32, 1024 * MIB)
            .zones(0xff_ffff, true)
            .open();
    private final PlacedPages pages = new PlacedPages(
            machine.pages(),
            List.of(
                    new MemoryRange(0x10_0000, 2 * MIB),
                    new MemoryRange(0xf000_0000L, MIB),
                    new MemoryRange(0x1_0060_0000L, 2 * MIB)));

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void nextBlocksAreWhereTheyAreWished() {
        pages.placeNext(0x1_0060_0000L);
        pages.placeNext(0x20_0000L);
        assertThat(pages.allocate(9, Zone.NORMAL)).isEqualTo(0x1_0060_0000L);
        assertThat(pages.allocate(0, Zone.NORMAL)).isEqualTo(0x20_0000L);
        pages.free(0x1_0060_0000L, 9);
        pages.free(0x20_0000L, 0);
        pages.placeNext(0x1_0060_0000L);
        assertThat(pages.allocate(9, Zone.NORMAL)).as("again").isEqualTo(0x1_0060_0000L);
    }

    @Test
    void withoutAWishTheMachineChoosesAndNeverWhatIsKept() {
        for (int i = 0; i < 1000; i++) {
            assertThat(pages.allocate(0, Zone.DMA)).isGreaterThanOrEqualTo(0x30_0000L);
        }
    }

    @Test
    void wishThatBreaksTheMachinesRulesIsNotMet() {
        pages.placeNext(0x1_0060_0000L);
        assertThat(pages.allocate(0, Zone.DMA32)).as("zone").isLessThan(1L << 32);
        pages.placeNext(0x20_1000);
        assertThat(pages.allocate(1, Zone.DMA)).as("alignment").isNotEqualTo(0x20_1000);
        pages.placeNext(0xf000_0000L);
        assertThat(pages.allocate(0, Zone.NORMAL)).as("no RAM").isNotEqualTo(0xf000_0000L);
        pages.placeNext(0x40_0000);
        assertThat(pages.allocate(0, Zone.NORMAL)).as("not kept").isNotEqualTo(0x40_0000);
        pages.placeNext(0x20_0000);
        assertThat(pages.allocate(1, Zone.NORMAL)).isEqualTo(0x20_0000);
        pages.placeNext(0x20_1000);
        assertThat(pages.allocate(0, Zone.NORMAL)).as("in use").isNotEqualTo(0x20_1000);
    }

    @Test
    void wishForAnOrderWaitsForABlockOfThatOrder() {
        pages.placeNext(0x20_0000, 8);
        assertThat(pages.allocate(3, Zone.NORMAL)).isNotEqualTo(0x20_0000);
        assertThat(pages.allocate(8, Zone.NORMAL)).isEqualTo(0x20_0000);
    }

    @Test
    void forgottenWishIsNotMet() {
        pages.placeNext(0x20_0000);
        pages.forgetPlaces();
        assertThat(pages.allocate(0, Zone.NORMAL)).isNotEqualTo(0x20_0000);
    }

    @Test
    void bootMemoryStartsWhereItIsWishedAsSoonAsItFits() {
        pages.placeAtBoot(0x2000_0000, 512 * MIB);
        assertThat(pages.allocate(0, Zone.DMA32)).isNotZero();
        assertThat(pages.reserveAtBoot(2048 * MIB, 0xffff_ffffL)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.reserveAtBoot(1024 * MIB, 0xffff_ffffL)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.reserveAtBoot(512 * MIB, 0xffff_ffffL)).isEqualTo(0x2000_0000);
        assertThat(pages.reserveAtBoot(4096, 0xffff_ffffL))
                .as("the wish is used up")
                .isEqualTo(0x1fff_f000);
        pages.placeAtBoot(0x1_1000_0000L, MIB);
        assertThat(pages.reserveAtBoot(4096, 0xffff_ffffL)).as("limit").isLessThan(1L << 32);
    }

    @Test
    void blocksOfTheAreaForLargeOnesMayBeLongerAndLessAligned() {
        pages.placeNext(0x1_0070_0000L);
        assertThat(pages.allocateContiguous(MIB)).as("as any other block").isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.allocate(8, Zone.NORMAL)).isEqualTo(0x1_0070_0000L);
        pages.free(0x1_0070_0000L, 8);
        pages.placeNext(0x20_0000);
        assertThat(pages.allocateContiguous(MIB + 4096))
                .as("more than was kept")
                .isEqualTo(PageAllocator.NO_PAGES);
        pages.forgetPlaces();
        pages.placeNext(0x10_0000);
        assertThat(pages.allocateContiguous(2 * MIB))
                .as("2 MiB aligned to 1 MiB")
                .isEqualTo(0x10_0000L);
        pages.placeNext(0x10_0000);
        assertThat(pages.allocateContiguous(2 * MIB)).as("in use").isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.freeContiguous(0x10_0000, MIB)).as("other length").isFalse();
        assertThat(pages.freeContiguous(0x10_0000, 2 * MIB)).isTrue();
        assertThat(pages.freeContiguous(0x10_0000, 2 * MIB)).as("twice").isFalse();
    }
}
