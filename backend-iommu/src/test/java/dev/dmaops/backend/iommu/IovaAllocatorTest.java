package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IovaAllocatorTest {
    private static final long LIMIT = 0xfffff;

    private final IovaAllocator allocator = new IovaAllocator(1, 1L << 20, 2, 2);

    @Test
    void freedRangesComeBackLastInFirstOutFromTheOwnProcessor() {
        long first = allocator.allocate(0, 1, LIMIT, true);
        long second = allocator.allocate(0, 1, LIMIT, true);
        allocator.free(0, first, 1);
        allocator.free(0, second, 1);
        assertThat(allocator.allocate(1, 1, LIMIT, true)).isEqualTo(second - 1);
        assertThat(allocator.allocate(0, 1, LIMIT, true)).isEqualTo(second);
        assertThat(allocator.allocate(0, 1, LIMIT, true)).isEqualTo(first);
    }

    @Test
    void cachedRangeAboveTheLimitIsLeftThere() {
        long high = allocator.allocate(0, 1, LIMIT, true);
        allocator.free(0, high, 1);
        assertThat(allocator.allocate(0, 1, 0xff, true)).isEqualTo(0xff);
        assertThat(allocator.allocate(0, 1, LIMIT, true)).isEqualTo(high);
    }

    @Test
    void sizesBelowThirtyTwoAreRoundedAndShareTheirClass() {
        long three = allocator.allocate(0, 3, LIMIT, true);
        allocator.free(0, three, 3);
        assertThat(allocator.allocate(0, 4, LIMIT, true)).isEqualTo(three);
    }

    @Test
    void largeRangesGoBackToTheTree() {
        long large = allocator.allocate(0, 33, LIMIT, true);
        allocator.free(0, large, 33);
        assertThat(allocator.takenRanges()).isZero();
    }

    @Test
    void emptyTreeIsRefilledFromTheCachesOnlyWhenAsked() {
        long all = allocator.allocate(0, 16, 31, true);
        assertThat(all).isEqualTo(16);
        allocator.free(1, all, 16);
        assertThat(allocator.allocate(0, 16, 31, false)).isEqualTo(IovaTree.NONE);
        assertThat(allocator.allocate(0, 16, 31, true)).isEqualTo(16);
    }

    @Test
    void trimmingLeavesOneFullMagazineForEachProcessor() {
        int ranges = Magazine.CAPACITY * 6;
        for (int i = 0; i < ranges; i++) {
            allocator.allocate(0, 1, LIMIT, true);
        }
        for (int i = 0; i < ranges; i++) {
            allocator.free(0, LIMIT - i, 1);
        }
        assertThat(allocator.takenRanges()).isEqualTo(ranges);
        assertThat(allocator.trimPending()).isTrue();
        allocator.trim(0);
        assertThat(allocator.takenRanges()).isEqualTo(ranges);
        allocator.trim(99_999_999);
        assertThat(allocator.takenRanges()).isEqualTo(ranges);
        allocator.trim(100_000_000);
        assertThat(allocator.takenRanges()).isEqualTo(ranges - Magazine.CAPACITY);
        allocator.trim(150_000_000);
        assertThat(allocator.takenRanges()).isEqualTo(ranges - Magazine.CAPACITY);
        allocator.trim(200_000_000);
        assertThat(allocator.takenRanges()).isEqualTo(ranges - 2 * Magazine.CAPACITY);
        allocator.trim(300_000_000);
        assertThat(allocator.takenRanges()).isEqualTo(ranges - 2 * Magazine.CAPACITY);
        assertThat(allocator.trimPending()).isFalse();
    }

    @Test
    void trimIsDueWhenAMagazineCameInAndThenNotBeforeItsTime() {
        int ranges = Magazine.CAPACITY * 6;
        for (int i = 0; i < ranges; i++) {
            allocator.allocate(0, 1, LIMIT, true);
        }
        assertThat(allocator.trimDue(Long.MAX_VALUE)).isFalse();
        for (int i = 0; i < ranges; i++) {
            allocator.free(0, LIMIT - i, 1);
        }
        assertThat(allocator.trimDue(7))
                .as("the timer starts with the next use")
                .isTrue();
        allocator.trim(7);
        assertThat(allocator.trimDue(100_000_006)).isFalse();
        assertThat(allocator.trimDue(100_000_007)).isTrue();
        allocator.trim(100_000_007);
        assertThat(allocator.trimDue(200_000_006)).isFalse();
        assertThat(allocator.trimPending()).isTrue();
        allocator.trim(200_000_007);
        allocator.trim(300_000_007);
        assertThat(allocator.trimPending()).isFalse();
        assertThat(allocator.trimDue(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void nothingWaitsToBeTrimmedBeforeAMagazineIsFull() {
        long frame = allocator.allocate(0, 1, LIMIT, true);
        allocator.free(0, frame, 1);
        assertThat(allocator.trimPending()).isFalse();
    }
}
