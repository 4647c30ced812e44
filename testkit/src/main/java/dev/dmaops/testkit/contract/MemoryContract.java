package dev.dmaops.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.NoncoherentBuffer;
import dev.dmaops.api.Refused;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.TestWorld;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory that a backend allocates: zeroed, within reach, alike on both sides, given back. */
public interface MemoryContract extends BackendContract {
    /** Coherent memory is zeroed, whatever was there before. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void coherentMemoryIsZeroed(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (int round = 0; round < 3; round++) {
                List<CoherentBuffer> live = new ArrayList<>();
                for (long bytes : new long[] {1, 4096, 10_000, 65_536}) {
                    CoherentBuffer buffer = bench.device().allocateCoherent(bytes);
                    assertThat(buffer.segment().mismatch(MemorySegment.ofArray(new byte[(int) buffer.bytes()])))
                            .as("first byte that is not zero")
                            .isEqualTo(-1L);
                    assertThat(bench.engine().mismatches(buffer.dmaAddress().value(), bytes, 0))
                            .as("the device sees the same zeroes")
                            .isEqualTo(SimPattern.mismatches(MemorySegment.ofArray(new byte[(int) bytes]), 0));
                    buffer.segment().fill((byte) 0xa5);
                    live.add(buffer);
                }
                live.forEach(CoherentBuffer::close);
            }
        }
    }

    /** Coherent memory is whole pages, on a page, and within the coherent mask and the bus limit. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void coherentMemoryIsWithinReach(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (long bytes : new long[] {1, 4096, 10_000, 65_536, 200_000}) {
                try (CoherentBuffer buffer = bench.device().allocateCoherent(bytes)) {
                    long dma = buffer.dmaAddress().value();
                    assertThat(buffer.bytes()).isGreaterThanOrEqualTo(bytes).isLessThan(bytes + world.pageBytes());
                    assertThat(buffer.bytes() % world.granuleBytes()).isZero();
                    assertThat(buffer.segment().byteSize()).isEqualTo(buffer.bytes());
                    assertThat(dma % world.pageBytes())
                            .as("DMA address is on a page")
                            .isZero();
                    assertThat(bench.device().coherentMask().covers(dma, buffer.bytes()))
                            .isTrue();
                    if (bench.device().busLimit() != 0) {
                        assertThat(Long.compareUnsigned(
                                        dma + buffer.bytes() - 1, bench.device().busLimit()))
                                .isNotPositive();
                    }
                }
            }
        }
    }

    /** Without any sync, each side sees at once what the other wrote. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void bothSidesSeeCoherentMemoryAlike(TestWorld world) {
        try (DeviceBench bench = open(world);
                CoherentBuffer buffer = bench.device().allocateCoherent(10_000)) {
            long dma = buffer.dmaAddress().value();
            for (int round = 1; round < 4; round++) {
                SimPattern.fill(buffer.segment().asSlice(3, 9000), round);
                requireDeviceReads(bench, dma + 3, buffer.segment().asSlice(3, 9000));
                deviceWrites(bench, dma + 100, 5000, round + 50);
                requireCpuSees(buffer.segment().asSlice(100, 5000), round + 50, 0);
            }
            assertThat(buffer.segment().get(ValueLayout.JAVA_BYTE, 0)).isZero();
        }
    }

    /** Freed coherent memory is given back. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void freedCoherentMemoryIsGivenBack(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            bench.device().allocateCoherent(4096).close();
            DeviceBench.Held before = bench.held();
            for (int round = 0; round < 3; round++) {
                List<CoherentBuffer> live = new ArrayList<>();
                for (int i = 1; i < 10; i++) {
                    live.add(bench.device().allocateCoherent(i * 5000L));
                }
                live.reversed().forEach(CoherentBuffer::close);
                live.forEach(CoherentBuffer::close);
                assertThat(bench.held()).isEqualTo(before);
            }
        }
    }

    /** More than there is: a coded refusal that holds nothing. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void coherentMemoryThatIsNotThereIsRefused(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            DeviceBench.Held before = bench.held();
            for (long bytes : new long[] {1L << 40, Long.MAX_VALUE - 4096}) {
                assertThat(bench.device().tryAllocateCoherent(bytes, DmaAttributes.NONE, AllocationFlags.NONE))
                        .isInstanceOfSatisfying(CoherentRefused.class, result -> requireRefused(bench, result));
                assertThat(bench.held()).isEqualTo(before);
            }
            assertThatThrownBy(() -> bench.device().allocateCoherent(0)).isInstanceOf(DmaUsageException.class);
        }
    }

    private void requireRefused(DeviceBench bench, CoherentRefused result) {
        Refused refused = result.refused();
        requireProperRefusal(bench, refused);
        assertThat(refused.code()).isEqualTo(DmaErrorCode.NO_COHERENT_MEMORY);
    }

    /** Memory that the CPU does not need works for the device. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void memoryForTheDeviceAloneNeedsNoCpuMapping(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            DeviceBench.Held before = bench.held();
            if (bench.device().tryAllocateCoherent(8192, DmaAttributes.NO_KERNEL_MAPPING, AllocationFlags.NONE)
                    instanceof CoherentBuffer buffer) {
                deviceWrites(bench, buffer.dmaAddress().value(), 8192, 3);
                assertThat(bench.engine().mismatches(buffer.dmaAddress().value(), 8192, 3))
                        .isZero();
                buffer.close();
            }
            assertThat(bench.held()).isEqualTo(before);
        }
    }

    /** Pages that the caller synchronises itself: zeroed, and right after each sync. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void pagesAreRightAfterEachSync(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            DeviceBench.Held before = bench.held();
            try (NoncoherentBuffer pages =
                    bench.device().allocatePages(10_000, DmaDirection.BIDIRECTIONAL, AllocationFlags.NONE)) {
                long dma = pages.dmaAddress().value();
                assertThat(pages.segment().mismatch(MemorySegment.ofArray(new byte[(int) pages.bytes()])))
                        .isEqualTo(-1L);
                SimPattern.fill(pages.segment(), 1);
                pages.syncForDevice();
                requireDeviceReads(bench, dma, pages.segment());
                deviceWrites(bench, dma, pages.bytes(), 2);
                pages.syncForCpu();
                requireCpuSees(pages.segment(), 2, 0);
            }
            assertThat(bench.held()).isEqualTo(before);
        }
    }
}
