package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IovaTreeTest {
    private static final long FRAMES_32 = 1L << 20;

    private record Range(long first, long frames) {}

    @Test
    void allocationGoesTopDownAndIsNaturallyAligned() {
        IovaTree tree = new IovaTree(1, FRAMES_32);
        assertThat(tree.allocate(1, 0xfffff, true)).isEqualTo(0xfffff);
        assertThat(tree.allocate(4, 0xfffff, true)).isEqualTo(0xffff8);
        assertThat(tree.allocate(8, 0xfffff, true)).isEqualTo(0xffff0);
        assertThat(tree.allocate(1, 0xfffff, true)).isEqualTo(0xfffef);
    }

    @Test
    void reservedRangesAreNotHandedOut() {
        IovaTree tree = new IovaTree(1, FRAMES_32);
        tree.reserve(0xff000, 0xfffbf);
        assertThat(tree.allocate(64, 0xfffff, true)).isEqualTo(0xfffc0);
        assertThat(tree.allocate(64, 0xfffff, true)).isEqualTo(0xfefc0);
    }

    @Test
    void reservationsMergeWithWhatIsTaken() {
        IovaTree tree = new IovaTree(1, FRAMES_32);
        tree.reserve(0x100, 0x1ff);
        tree.reserve(0x180, 0x27f);
        tree.reserve(0x80, 0x17f);
        tree.reserve(0x90, 0x100);
        assertThat(tree.allocate(0x100, 0x3ff, true)).isEqualTo(0x300);
        assertThat(tree.allocate(0x100, 0x3ff, true)).isEqualTo(IovaTree.NONE);
        assertThat(tree.allocate(0x80, 0x2ff, true)).isEqualTo(0x280);
        assertThat(tree.allocate(0x40, 0xff, true)).isEqualTo(0x40);
    }

    @Test
    void frameZeroIsNeverHandedOut() {
        IovaTree tree = new IovaTree(1, FRAMES_32);
        assertThat(tree.allocate(1, 1, true)).isEqualTo(1);
        assertThat(tree.allocate(1, 1, true)).isEqualTo(IovaTree.NONE);
    }

    @Test
    void aHopelessSizeIsSearchedAgainOnlyAfterAFreeBelowFourGigabytes() {
        IovaTree tree = new IovaTree(1, FRAMES_32);
        long only = tree.allocate(0x80000, 0xfffff, true);
        assertThat(only).isEqualTo(0x80000);
        assertThat(tree.allocate(0x80000, 0xfffff, true)).isEqualTo(IovaTree.NONE);
        assertThat(tree.free(only)).isEqualTo(0x80000);
        assertThat(tree.allocate(0x80000, 0xfffff, true)).isEqualTo(0x80000);
    }

    @Test
    void freeingWhatIsNotTakenChangesNothing() {
        IovaTree tree = new IovaTree(1, FRAMES_32);
        assertThat(tree.free(0x1234)).isZero();
        assertThat(tree.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void rangesInUseNeverOverlapAndAllComeBack(long seed) {
        Random random = new Random(seed);
        IovaTree tree = new IovaTree(1, FRAMES_32);
        List<Range> live = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (live.isEmpty() || random.nextInt(100) < 55) {
                long frames = 1L + random.nextInt(64);
                long limit = random.nextBoolean() ? 0x3fff : 0x3fffff;
                long first = tree.allocate(frames, limit, true);
                if (first != IovaTree.NONE) {
                    Range range = new Range(first, frames);
                    assertThat(first + frames - 1)
                            .as("seed=%d step=%d", seed, step)
                            .isLessThanOrEqualTo(limit);
                    assertThat(live)
                            .as("seed=%d step=%d", seed, step)
                            .noneMatch(r -> r.first < first + frames && first < r.first + r.frames);
                    live.add(range);
                }
            } else {
                Range range = live.remove(random.nextInt(live.size()));
                assertThat(tree.free(range.first + random.nextInt((int) range.frames)))
                        .as("seed=%d step=%d", seed, step)
                        .isEqualTo(range.frames);
            }
            assertThat(tree.size()).isEqualTo(live.size());
            if (live.size() > 2_000) {
                live.subList(1_000, live.size()).forEach(r -> tree.free(r.first));
                live.subList(1_000, live.size()).clear();
            }
        }
    }
}
