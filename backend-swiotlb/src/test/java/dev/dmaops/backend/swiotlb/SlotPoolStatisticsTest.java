package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.Refusals;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pool counts what it does, for itself, for each area and for each device. */
class SlotPoolStatisticsTest {
    private final TestPool test = TestPool.of(256, 2);
    private final DmaDeviceState other = new DmaDeviceState(
            new DeviceLimits(-1L, -1L, 0, DmaRangeMap.IDENTITY, true, DmaConstraints.DEFAULT), "nic", false);

    @AfterEach
    void close() {
        test.close();
    }

    private long map(DmaDeviceState device, long bytes) {
        return test.pool.map(
                device,
                TestPool.BUFFERS,
                bytes,
                0,
                DmaDirection.BIDIRECTIONAL,
                DmaAttributes.NO_WARN,
                BounceReason.ADDRESS_ABOVE_LIMIT);
    }

    @Test
    void bytesAreCountedByDirectionForEachDeviceAndEachArea() {
        long disk = map(test.device, 3000);
        test.runOn(1);
        long nic = map(other, 500);
        test.pool.syncForDevice(other, nic, 10, DmaDirection.BIDIRECTIONAL);
        test.pool.syncForCpu(other, nic + 100, 20, DmaDirection.BIDIRECTIONAL);
        test.pool.unmap(other, nic, 500, DmaDirection.BIDIRECTIONAL, 0);
        test.pool.unmap(test.device, disk, 3000, DmaDirection.BIDIRECTIONAL, DmaAttributes.SKIP_CPU_SYNC);

        PoolStatistics pool = test.pool.statistics();
        assertThat(pool.devices())
                .containsExactly(
                        new PoolStatistics.Device("disk", 1, 0, 0, 3000, 0),
                        new PoolStatistics.Device("nic", 1, 0, 0, 510, 520));
        assertThat(pool.areas())
                .containsExactly(
                        new PoolStatistics.Area(128, 0, 1, 0, 0, 3000, 0),
                        new PoolStatistics.Area(128, 0, 1, 0, 0, 510, 520));
        assertThat(pool.bytesToDevice()).isEqualTo(3510);
        assertThat(pool.bytesToCpu()).isEqualTo(520);
        assertThat(pool.mappings()).isEqualTo(2);
    }

    @Test
    void mapsThatLeaveTheirAreaAndRefusalsAreCountedForWhoMadeThem() {
        test.runOn(1);
        map(test.device, 262144);
        map(other, 262144);
        assertThat(Refusals.isRefusal(map(other, 1))).isTrue();

        PoolStatistics pool = test.pool.statistics();
        assertThat(pool.fallThroughs()).isEqualTo(1);
        assertThat(pool.refusals()).isEqualTo(1);
        assertThat(pool.devices())
                .containsExactly(
                        new PoolStatistics.Device("disk", 1, 0, 0, 262144, 0),
                        new PoolStatistics.Device("nic", 1, 1, 1, 262144, 0));
        assertThat(pool.areas().getFirst().fallThroughs()).isEqualTo(1);
    }

    @Test
    void otherConstraintsDoNotStartTheCountersAgain() {
        map(test.device, 1);
        test.device.constraints(DmaConstraints.PCI);
        map(test.device, 1);

        assertThat(test.pool.statistics().devices()).containsExactly(new PoolStatistics.Device("disk", 2, 0, 0, 2, 0));
    }

    @Test
    void aDeviceOfTwoPoolsIsCountedInEach() {
        try (TestPool second = TestPool.of(128, 1)) {
            for (int i = 0; i < 3; i++) {
                map(test.device, 1);
                second.pool.map(
                        test.device, TestPool.BUFFERS, 1, 0, DmaDirection.TO_DEVICE, 0, BounceReason.RESTRICTED_POOL);
            }
            assertThat(test.pool.statistics().mappings()).isEqualTo(3);
            assertThat(second.pool.statistics().mappings()).isEqualTo(3);
        }
    }

    @Test
    void theHighWaterMarkIsTheMostThatWasEverUsedAndStartsAgainWhenAsked() {
        long first = map(test.device, 64 * 2048);
        test.runOn(1);
        long second = map(other, 8 * 2048);
        test.pool.unmap(test.device, first, 64 * 2048, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(test.pool.statistics().highWaterSlots()).isEqualTo(72);
        assertThat(test.pool.statistics().usedSlots()).isEqualTo(8);

        test.pool.resetHighWater();
        assertThat(test.pool.statistics().highWaterSlots()).isEqualTo(8);
        map(test.device, 2048);
        assertThat(test.pool.statistics().highWaterSlots()).isEqualTo(9);
        test.pool.unmap(other, second, 8 * 2048, DmaDirection.BIDIRECTIONAL, 0);
        map(test.device, 2048);
        assertThat(test.pool.statistics().highWaterSlots()).isEqualTo(9);
        SlotPoolInvariants.check(test.pool);
    }

    @Test
    void aThreadThatFindsAnAreaBusyIsCounted() throws InterruptedException {
        Area area = test.pool.table().area(0);
        long waits = 0;
        while (waits == 0) {
            Thread waiting = new Thread(() -> map(test.device, 1));
            area.lock();
            waiting.start();
            for (int i = 0; i < 100_000 && waiting.isAlive(); i++) {
                Thread.onSpinWait();
            }
            area.unlock();
            waiting.join();
            waits = test.pool.statistics().waits();
        }
        assertThat(test.pool.statistics().areas().getFirst().waits()).isEqualTo(waits);
        assertThat(test.pool.statistics().areas().getLast().waits()).isZero();
    }
}
