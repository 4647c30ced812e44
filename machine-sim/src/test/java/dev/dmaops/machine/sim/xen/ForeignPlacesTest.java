package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.machine.sim.SimPattern;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Where pages of others appear when there is no address space without RAM, and what becomes of the places. */
class ForeignPlacesTest {
    @Test
    void withoutUnpopulatedPagesForeignPagesAppearInRamThatWasGivenBack() {
        try (XenMachine without = Machines.armWithoutUnpopulatedPages()) {
            XenDomain other = without.startDomain(1, 8 << 20, 64);
            SimPattern.fill(without.memoryOf(other).segment(0x5000, 4096), 9);
            int reference = other.grants().offer(0, 5, false);

            ForeignPage page = without.foreign().map(1, reference, false);

            assertThat(page.physical()).isBetween(1L << 30, (1L << 30) + (16 << 20));
            assertThat(without.domain().machineFrame(page.physical() >> 12)).isEqualTo(other.machineFrame(5));
            assertThat(SimPattern.mismatches(without.memory().segment(page.physical(), 4096), 9))
                    .isZero();
            without.foreign().unmap(page);
            assertThat(without.memory().isRam(page.physical(), 1))
                    .as("kept for the next page, with nothing behind")
                    .isFalse();
            assertThat(without.host().audit()).isEmpty();
        }
    }

    @Test
    void placeThatWasGivenBackLongestAgoIsTakenFirst() {
        try (XenMachine without = Machines.armWithoutUnpopulatedPages()) {
            XenDomain other = without.startDomain(1, 8 << 20, 64);
            List<ForeignPage> pages = LongStream.range(0, 3)
                    .mapToObj(pfn -> without.foreign().map(1, other.grants().offer(0, pfn, false), false))
                    .toList();
            pages.forEach(without.foreign()::unmap);

            assertThat(LongStream.range(0, 3)
                            .mapToObj(pfn ->
                                    without.foreign().map(1, other.grants().offer(0, pfn, false), false))
                            .map(ForeignPage::physical))
                    .containsExactlyElementsOf(
                            pages.stream().map(ForeignPage::physical).toList());
        }
    }

    @Test
    void ramComesBackWhenMorePlacesAreGivenBackThanAreKept() {
        try (XenMachine without = Machines.armWithoutUnpopulatedPages()) {
            XenDomain other = without.startDomain(1, 8 << 20, 64);
            long free = without.pages().freePages();
            List<ForeignPage> pages = LongStream.range(0, ForeignPlaces.KEPT + 10)
                    .mapToObj(pfn -> without.foreign().map(1, other.grants().offer(0, pfn, false), false))
                    .toList();
            assertThat(pages).allMatch(ForeignPage::isMapped);
            assertThat(without.pages().freePages()).isEqualTo(free - ForeignPlaces.KEPT - 10);

            pages.forEach(without.foreign()::unmap);

            assertThat(without.pages().freePages()).isEqualTo(free - ForeignPlaces.KEPT);
            assertThat(without.host().audit()).isEmpty();
        }
    }
}
