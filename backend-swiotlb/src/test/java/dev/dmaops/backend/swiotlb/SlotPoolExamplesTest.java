package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PoolState;
import dev.dmaops.spi.Refusals;
import org.junit.jupiter.api.Test;

/** Sequences small enough to follow by hand, with the kernel's results. */
class SlotPoolExamplesTest {
    private static long map(TestPool test, DmaDeviceState device, long original, long bytes, long mask) {
        return test.pool.map(device, original, bytes, mask, DmaDirection.TO_DEVICE, 0, BounceReason.FORCED_BY_CONFIG);
    }

    private static long map(TestPool test, long original, long bytes) {
        return map(test, test.device, original, bytes, 0);
    }

    private static void unmap(TestPool test, long tlb, long bytes) {
        test.pool.unmap(test.device, tlb, bytes, DmaDirection.TO_DEVICE, 0);
    }

    private static PoolState.Area area(TestPool test, int a) {
        return test.pool.state().areas().get(a);
    }

    @Test
    void mappingsOfAPageAndMoreArePageAlignedSmallerOnesSlotAligned() {
        try (TestPool test = TestPool.of(256, 2)) {
            assertThat(map(test, 0x2_0000_0123L, 1500)).isEqualTo(0x1000_0000L);
            assertThat(map(test, 0x2_0000_1000L, 4096)).isEqualTo(0x1000_1000L);
            assertThat(area(test, 0)).isEqualTo(new PoolState.Area(3, 4));
            unmap(test, 0x1000_0000L, 1500);
            assertThat(area(test, 0)).isEqualTo(new PoolState.Area(2, 4));
            assertThat(test.pool.statistics().highWaterSlots()).isEqualTo(3);
            assertThat(map(test, 0x2_0000_5678L, 3000)).isEqualTo(0x1000_2000L);
            assertThat(test.pool.state().runs())
                    .containsExactly(
                            new PoolState.Run(0, 2, true),
                            new PoolState.Run(2, 4, false),
                            new PoolState.Run(6, 250, true));
        }
    }

    @Test
    void theAddressBitsInTheDevicesAlignmentMaskAreKept() {
        try (TestPool test = TestPool.of(128, 1)) {
            DmaDeviceState nvme = TestPool.device(0xfff);
            assertThat(map(test, nvme, 0x2_0000_0a10L, 1000, 0)).isEqualTo(0x1000_0a10L);
            assertThat(map(test, nvme, 0x2_0000_0010L, 512, 0)).isEqualTo(0x1000_1010L);
            test.pool.unmap(nvme, 0x1000_0a10L, 1000, DmaDirection.TO_DEVICE, 0);
            assertThat(test.pool.state().runs().getFirst()).isEqualTo(new PoolState.Run(0, 2, true));
        }
    }

    @Test
    void paddingSlotsBelongToTheMappingAndGoBackWithIt() {
        try (TestPool test = TestPool.of(128, 1)) {
            DmaDeviceState port = TestPool.device(0xfff);
            long first = map(test, port, 0x2_0000_0e40L, 0x300, 0xfff);
            assertThat(first).isEqualTo(0x1000_0e40L);
            assertThat(map(test, port, 0x2_0000_1040L, 0x300, 0xfff)).isEqualTo(0x1000_2040L);
            assertThat(test.pool.statistics().usedSlots()).isEqualTo(6);
            test.pool.unmap(port, first, 0x300, DmaDirection.TO_DEVICE, 0);
            assertThat(test.pool.state().runs().getFirst()).isEqualTo(new PoolState.Run(0, 4, true));
        }
    }

    @Test
    void noMappingCrossesTheDevicesBoundary() {
        try (TestPool test = TestPool.at(0x1000_c000L, 256, 1)) {
            DmaDeviceState device =
                    TestPool.device(DmaConstraints.DEFAULT.withSegmentBoundaryMask(0xffff), DmaRangeMap.IDENTITY);
            assertThat(map(test, device, 0x2_0000_0000L, 0x3000, 0)).isEqualTo(0x1000_c000L);
            assertThat(map(test, device, 0x2_0000_0000L, 0x3000, 0)).isEqualTo(0x1001_0000L);
        }
    }

    @Test
    void aSetIsTheLongestMappingAndTheIndexWrapsToZero() {
        try (TestPool test = TestPool.of(256, 1)) {
            assertThat(map(test, 0x2_0000_0000L, 262144)).isEqualTo(0x1000_0000L);
            assertThat(Refusals.code(map(test, 0x2_0000_0000L, 262145))).isEqualTo(DmaErrorCode.REQUEST_TOO_LARGE);
            assertThat(test.log)
                    .containsExactly("swiotlb buffer is full (sz: 262145 bytes), total 256 (slots), used 128 (slots)");
            assertThat(map(test, 0x2_0000_0000L, 262144)).isEqualTo(0x1004_0000L);
            assertThat(area(test, 0).index()).isZero();
            assertThat(Refusals.code(map(test, 0x2_0000_0000L, 1))).isEqualTo(DmaErrorCode.POOL_EXHAUSTED);
            unmap(test, 0x1000_0000L, 262144);
            assertThat(map(test, 0x2_0000_0000L, 1)).isEqualTo(0x1000_0000L);
            assertThat(test.pool.statistics().highWaterSlots()).isEqualTo(256);
            assertThat(area(test, 0)).isEqualTo(new PoolState.Area(129, 1));
        }
    }

    @Test
    void theSearchGoesOnFromTheLastMappingAndNotFromTheFirstHole() {
        try (TestPool test = TestPool.of(256, 1)) {
            for (int i = 0; i < 128; i++) {
                map(test, 0x2_0000_0000L, 1);
            }
            unmap(test, 0x1000_0000L + 127 * 2048, 1);
            unmap(test, 0x1000_0000L + 125 * 2048, 1);
            assertThat(map(test, 0x2_0000_0000L, 4096)).isEqualTo(0x1000_0000L + 128 * 2048);
            unmap(test, 0x1000_0000L + 126 * 2048, 1);
            assertThat(test.pool.state().runs().get(1)).isEqualTo(new PoolState.Run(125, 3, true));
            assertThat(map(test, 0x2_0000_0000L, 4096)).isEqualTo(0x1000_0000L + 130 * 2048);
        }
    }

    @Test
    void anAreaWithoutRoomHandsOverToTheNext() {
        try (TestPool test = TestPool.of(256, 2)) {
            test.runOn(3);
            assertThat(map(test, 0x2_0000_0000L, 2048)).isEqualTo(0x1000_0000L + 128 * 2048);
            test.runOn(1);
            assertThat(map(test, 0x2_0000_0000L, 262144)).isEqualTo(0x1000_0000L);
            assertThat(Refusals.code(map(test, 0x2_0000_0000L, 262144))).isEqualTo(DmaErrorCode.POOL_EXHAUSTED);
            assertThat(test.pool.statistics().areas().get(0).fallThroughs()).isEqualTo(1);
            assertThat(test.pool.statistics().areas().get(1).fallThroughs()).isZero();
        }
    }

    @Test
    void theLongestSureMappingIsASetLessTheAlignment() {
        try (TestPool test = TestPool.of(256, 1)) {
            assertThat(test.pool.maxMappingBytes(TestPool.device(0))).isEqualTo(262144);
            assertThat(test.pool.maxMappingBytes(TestPool.device(0xfff))).isEqualTo(258048);
            assertThat(test.pool.maxMappingBytes(TestPool.device(0x1ff))).isEqualTo(260096);
            assertThat(test.pool.maxMappingBytes(TestPool.device(0x3ffff))).isZero();
            assertThat(map(test, TestPool.device(0x3ffff), 0x2_0000_0000L, 262144, 0))
                    .isEqualTo(0x1000_0000L);
        }
    }

    @Test
    void coherentMemoryOfARestrictedPoolIsAlignedToItsOwnOrder() {
        try (TestPool test = TestPool.restricted(256)) {
            assertThat(test.pool.allocate(test.device, 4096)).isEqualTo(0x1000_0000L);
            assertThat(test.pool.allocate(test.device, 3 * 4096)).isEqualTo(0x1000_4000L);
            assertThat(test.pool.allocate(test.device, 262144)).isEqualTo(0x1004_0000L);
            assertThat(Refusals.code(test.pool.allocate(test.device, 262144 + 4096)))
                    .isEqualTo(DmaErrorCode.REQUEST_TOO_LARGE);
            test.pool.syncForCpu(test.device, 0x1000_0000L, 4096, DmaDirection.FROM_DEVICE);
            test.pool.free(test.device, 0x1000_4000L);
            test.pool.free(test.device, 0x1000_0000L);
            test.pool.free(test.device, 0x1004_0000L);
            assertThat(test.pool.statistics().usedSlots()).isZero();
        }
    }
}
