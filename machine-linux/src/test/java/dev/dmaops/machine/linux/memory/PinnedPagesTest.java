package dev.dmaops.machine.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaUsageException;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PinnedPagesTest {
    private static final long LOW = 0x800_0000L;
    private static final long HIGH = 0x1_3a00_0000L;
    private static final long HUGE = 2 << 20;

    private final PinnedPages pages =
            new PinnedPages(List.of(new MemoryRange(LOW, HUGE), new MemoryRange(HIGH, HUGE)), (16 << 20) - 1);

    @Test
    void theAddressDecidesTheZone() {
        assertThat(pages.hasZone(Zone.DMA)).isFalse();
        assertThat(pages.hasZone(Zone.DMA32)).isTrue();
        assertThat(pages.hasZone(Zone.NORMAL)).isTrue();
        assertThat(pages.allocate(0, Zone.DMA)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.allocate(0, Zone.DMA32)).isEqualTo(LOW);
        assertThat(pages.allocate(0, Zone.NORMAL)).isEqualTo(HIGH + HUGE - 4096);
    }

    @Test
    void aPoolGetsTheLowestPlaceBecauseItServesTheNarrowestDevices() {
        assertThat(pages.reserveAtBoot(1 << 20, 0xffff_ffffL)).isEqualTo(LOW);
    }

    @Test
    void aPoolThatDoesNotFitBelowItsLimitIsNotMade() {
        assertThat(pages.reserveAtBoot(4 << 20, 0xffff_ffffL)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.reserveAtBoot(1 << 20, LOW + (1 << 20) - 2)).isEqualTo(PageAllocator.NO_PAGES);
        assertThat(pages.reserveAtBoot(1 << 20, LOW + (1 << 20) - 1)).isEqualTo(LOW);
    }

    @Test
    void aBlockIsFreedOnceAndWithItsOrder() {
        long block = pages.allocate(3, Zone.NORMAL);

        assertThatThrownBy(() -> pages.free(block, 2)).isInstanceOf(DmaUsageException.class);
        pages.free(block, 3);
        assertThatThrownBy(() -> pages.free(block, 3)).isInstanceOf(DmaUsageException.class);
    }

    @Test
    void blocksNeverOverlapAreAlignedAndAllComeBack() {
        long seed = 20261123;
        Random random = new Random(seed);
        Map<Long, Integer> live = new HashMap<>();
        for (int step = 0; step < 5000; step++) {
            if (random.nextBoolean() || live.isEmpty()) {
                int order = random.nextInt(10);
                long block = pages.allocate(order, random.nextBoolean() ? Zone.NORMAL : Zone.DMA32);
                if (block != PageAllocator.NO_PAGES) {
                    assertThat(block & ((4096L << order) - 1))
                            .as("seed %d step %d", seed, step)
                            .isZero();
                    live.forEach((other, otherOrder) -> assertThat(
                                    block + (4096L << order) <= other || other + (4096L << otherOrder) <= block)
                            .as("seed %d", seed)
                            .isTrue());
                    live.put(block, order);
                }
            } else {
                long block = new ArrayList<>(live.keySet()).get(random.nextInt(live.size()));
                pages.free(block, Objects.requireNonNull(live.remove(block)));
            }
        }
        live.forEach(pages::free);
        assertThat(pages.allocate(9, Zone.NORMAL)).isEqualTo(HIGH);
        assertThat(pages.allocate(9, Zone.DMA32)).isEqualTo(LOW);
    }
}
