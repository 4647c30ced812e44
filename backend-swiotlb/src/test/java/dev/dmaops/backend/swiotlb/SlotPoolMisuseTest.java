package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.spi.PoolState;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.Arena;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever breaks the protocol is told so, and the pool is as it was. */
class SlotPoolMisuseTest {
    private final TestPool test = TestPool.of(384, 2);
    private long live;

    @BeforeEach
    void onePaddedMappingIsLive() {
        live = test.pool.map(
                TestPool.device(0xfff), TestPool.BUFFERS + 0xe40, 5000, 0xfff, DmaDirection.FROM_DEVICE, 0, reason());
    }

    @AfterEach
    void everythingAgreesAndTheMappingCanBeUnmapped() {
        SlotPoolInvariants.check(test.pool);
        if (test.pool.reason(live) != null) {
            test.pool.unmap(test.device, live, 5000, DmaDirection.FROM_DEVICE, 0);
            assertThat(test.pool.statistics().usedSlots()).isZero();
        }
        test.close();
    }

    private static BounceReason reason() {
        return BounceReason.ADDRESS_ABOVE_LIMIT;
    }

    private void refused(DmaErrorCode code, String message, ThrowingCallable misuse) {
        PoolState before = test.pool.state();
        assertThatThrownBy(misuse)
                .isInstanceOfSatisfying(
                        DmaUsageException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageStartingWith(code.text() + " disk: ")
                .hasMessageContaining(message);
        assertThat(test.pool.state()).isEqualTo(before);
        SlotPoolInvariants.check(test.pool);
    }

    @Test
    void aSecondUnmapIsRefused() {
        test.pool.unmap(test.device, live, 5000, DmaDirection.FROM_DEVICE, 0);
        refused(
                DmaErrorCode.NOT_MAPPED,
                "cannot unmap physical=0x10000e40: nothing is mapped there",
                () -> test.pool.unmap(test.device, live, 5000, DmaDirection.FROM_DEVICE, 0));
    }

    @Test
    void anAddressThatNoMapReturnedIsRefused() {
        for (long address : new long[] {
            live - 1, live + 1, live + 2048, live - 2048, TestPool.START, TestPool.START + test.pool.bytes(), 0, -1L
        }) {
            refused(
                    DmaErrorCode.NOT_MAPPED,
                    "nothing is mapped there",
                    () -> test.pool.unmap(test.device, address, 5000, DmaDirection.FROM_DEVICE, 0));
        }
    }

    /** Another domain's page that was unmapped under the mapping, say. */
    @Test
    void bufferWhoseMemoryIsGoneIsReportedAndItsSlotsComeBack() {
        try (TestPool gone = TestPool.withMemory(VanishingMemory::new)) {
            VanishingMemory memory = (VanishingMemory) gone.memory;
            long dma = gone.pool.map(gone.device, TestPool.BUFFERS, 4096, 0, DmaDirection.BIDIRECTIONAL, 0, reason());
            memory.goneFrom = TestPool.BUFFERS;

            assertThatThrownBy(() -> gone.pool.unmap(gone.device, dma, 4096, DmaDirection.BIDIRECTIONAL, 0))
                    .isInstanceOf(DmaUsageException.class)
                    .hasMessage(
                            "DMA-3015 disk: cannot copy 4096 bytes back to physical=0x200000000: it is no memory any more."
                                    + " What the device wrote is dropped and the mapping has ended. Unmap a buffer before its"
                                    + " memory is given away. [pool default]");

            assertThat(gone.pool.statistics().usedSlots()).isZero();
            SlotPoolInvariants.check(gone.pool);
            assertThat(gone.pool.statistics().bytesToCpu()).isZero();
        }
    }

    @Test
    void closedJavaBufferIsReportedAndItsSlotsComeBack() {
        int used = test.pool.statistics().usedSlots();
        long dma;
        try (Arena arena = Arena.ofConfined()) {
            dma = test.pool.mapMemory(test.device, arena.allocate(100), DmaDirection.FROM_DEVICE, 0);
        }

        assertThatThrownBy(() -> test.pool.unmap(test.device, dma, 100, DmaDirection.FROM_DEVICE, 0))
                .isInstanceOf(DmaUsageException.class)
                .hasMessageStartingWith(
                        "DMA-3015 disk: cannot copy 100 bytes back to a Java buffer: it is closed, or another thread's. ");

        assertThat(test.pool.statistics().usedSlots()).isEqualTo(used);
    }

    @Test
    void anotherSizeIsRefused() {
        for (long bytes : new long[] {4999, 5001, 0, -1, Long.MAX_VALUE}) {
            refused(
                    DmaErrorCode.MISMATCHED_UNMAP,
                    "it was mapped with bytes=5000",
                    () -> test.pool.unmap(test.device, live, bytes, DmaDirection.FROM_DEVICE, 0));
        }
    }

    @Test
    void aSizeWithMoreBitsThanAMappingCanHaveIsRefused() {
        long kept = test.pool.map(
                TestPool.device(0xfff), TestPool.BUFFERS + 0x210, 100, 0, DmaDirection.FROM_DEVICE, 0, reason());
        for (DmaDirection direction : DmaDirection.values()) {
            for (int bit = 7; bit < 64; bit++) {
                for (long address : new long[] {kept, kept - 0x210}) {
                    long bytes = 100 | 1L << bit;
                    refused(
                            address == kept ? DmaErrorCode.MISMATCHED_UNMAP : DmaErrorCode.NOT_MAPPED,
                            "cannot unmap",
                            () -> test.pool.unmap(test.device, address, bytes, direction, 0));
                }
            }
        }
        test.pool.unmap(test.device, kept, 100, DmaDirection.FROM_DEVICE, 0);
    }

    @Test
    void anotherDirectionIsRefused() {
        refused(
                DmaErrorCode.MISMATCHED_UNMAP,
                "direction=FROM_DEVICE",
                () -> test.pool.unmap(test.device, live, 5000, DmaDirection.TO_DEVICE, 0));
    }

    @Test
    void aSyncOfASlotThatNobodyHasDoesNothing() {
        PoolStatistics before = test.pool.statistics();
        test.pool.syncForCpu(test.device, live + 64 * 2048, 10, DmaDirection.FROM_DEVICE);
        test.pool.syncForDevice(test.device, live + 64 * 2048, 10, DmaDirection.TO_DEVICE);
        assertThat(test.pool.statistics()).isEqualTo(before);
    }

    @Test
    void aSyncOutsideOfThePoolIsRefused() {
        refused(
                DmaErrorCode.NOT_MAPPED,
                "cannot synchronise",
                () -> test.pool.syncForDevice(test.device, 1234, 10, DmaDirection.TO_DEVICE));
    }

    @Test
    void aSyncOfNegativeLengthOrBehindTheAllocationIsRefused() {
        refused(
                DmaErrorCode.SYNC_OUTSIDE_MAPPING,
                "bytes=-1",
                () -> test.pool.syncForCpu(test.device, live, -1, DmaDirection.FROM_DEVICE));
        long small = test.pool.map(test.device, TestPool.BUFFERS, 100, 0, DmaDirection.FROM_DEVICE, 0, reason());
        refused(
                DmaErrorCode.SYNC_OUTSIDE_MAPPING,
                "offset=101",
                () -> test.pool.syncForCpu(test.device, small + 101, 1, DmaDirection.FROM_DEVICE));
        test.pool.unmap(test.device, small, 100, DmaDirection.FROM_DEVICE, 0);
    }

    @Test
    void aSizeOfZeroOrLessIsRefused() {
        for (long bytes : new long[] {0, -1, Long.MIN_VALUE}) {
            refused(
                    DmaErrorCode.INVALID_SIZE,
                    "expected 1 or more",
                    () -> test.pool.map(test.device, TestPool.BUFFERS, bytes, 0, DmaDirection.TO_DEVICE, 0, reason()));
        }
    }

    @Test
    void masksWithHolesAreRefused() {
        refused(
                DmaErrorCode.INVALID_ARGUMENT,
                "mask=0xf00",
                () -> test.pool.map(test.device, TestPool.BUFFERS, 1, 0xf00, DmaDirection.TO_DEVICE, 0, reason()));
    }

    @Test
    void sizesThatNoPoolHoldsAreTooLargeAndNeverFull() {
        for (long bytes : new long[] {262145, 1L << 31, 1L << 32, 1L << 40, 1L << 50, Long.MAX_VALUE}) {
            long result =
                    test.pool.map(test.device, TestPool.BUFFERS, bytes, 0xfff, DmaDirection.TO_DEVICE, 0, reason());
            assertThat(Refusals.code(result)).isEqualTo(DmaErrorCode.REQUEST_TOO_LARGE);
            assertThat(test.pool
                            .refusal(test.device, DmaErrorCode.REQUEST_TOO_LARGE, TestPool.BUFFERS, bytes)
                            .message())
                    .contains("at most 262144 bytes")
                    .doesNotContain("full");
        }
    }

    @Test
    void alignmentsThatNoPoolHasAreTooLargeAndTakeNothing() {
        for (long mask : new long[] {(1L << 19) - 1, (1L << 40) - 1, (1L << 41) - 1, Long.MAX_VALUE, -1L}) {
            long result = test.pool.map(test.device, TestPool.BUFFERS, 1, mask, DmaDirection.TO_DEVICE, 0, reason());
            assertThat(Refusals.code(result)).as("mask %x", mask).isEqualTo(DmaErrorCode.REQUEST_TOO_LARGE);
        }
    }

    @Test
    void coherentMemoryAndMappingsCannotBeGivenBackAsEachOther() {
        long coherent = test.pool.allocate(test.device, 4096);
        refused(
                DmaErrorCode.NOT_MAPPED,
                "cannot unmap",
                () -> test.pool.unmap(test.device, coherent, 4096, DmaDirection.TO_DEVICE, 0));
        refused(DmaErrorCode.NOT_MAPPED, "cannot free", () -> test.pool.free(test.device, live));
        test.pool.free(test.device, coherent);
        refused(DmaErrorCode.NOT_MAPPED, "cannot free", () -> test.pool.free(test.device, coherent));
    }

    @Test
    void aPoolInUseDoesNotCloseAndAClosedOneRefuses() {
        assertThatThrownBy(test.pool::close).hasMessageContaining("used=6 slots of slots=384");
        test.pool.unmap(test.device, live, 5000, DmaDirection.FROM_DEVICE, 0);
        test.pool.close();
        test.pool.close();
        refused(
                DmaErrorCode.CLOSED,
                "is closed",
                () -> test.pool.map(test.device, TestPool.BUFFERS, 1, 0, DmaDirection.TO_DEVICE, 0, reason()));
        refused(
                DmaErrorCode.CLOSED,
                "is closed",
                () -> test.pool.unmap(test.device, live, 1, DmaDirection.TO_DEVICE, 0));
        refused(
                DmaErrorCode.CLOSED,
                "is closed",
                () -> test.pool.syncForCpu(test.device, live, 1, DmaDirection.FROM_DEVICE));
        refused(DmaErrorCode.CLOSED, "is closed", () -> test.pool.allocate(test.device, 4096));
    }

    @Test
    void aFullPoolIsLoggedTenTimesInFiveSecondsAndNotAtAllWhenAskedNotTo() {
        for (int i = 0; i < 30; i++) {
            test.pool.map(test.device, TestPool.BUFFERS, 262145, 0, DmaDirection.TO_DEVICE, 256, reason());
        }
        assertThat(test.log).isEmpty();
        for (int i = 0; i < 30; i++) {
            test.pool.map(test.device, TestPool.BUFFERS, 262145, 0, DmaDirection.TO_DEVICE, 0, reason());
        }
        assertThat(test.log).hasSize(10);
        assertThat(test.pool.statistics().refusals()).isEqualTo(60);
    }
}
