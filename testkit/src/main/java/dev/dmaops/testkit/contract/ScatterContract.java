package dev.dmaops.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.DeviceBench.Place;
import dev.dmaops.testkit.TestWorld;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scatter lists: all entries or none, in order. */
public interface ScatterContract extends BackendContract {
    /** Buffers of many shapes, in places that must be mapped; the pattern runs on from one to the next. */
    private List<MemorySegment> buffers(DeviceBench bench, long seed) {
        long[][] shapes = {{0, 4096}, {100, 100}, {0, 8192}, {4000, 200}, {0, 65_536}, {3, 1}, {0, 4096}};
        List<MemorySegment> buffers = new ArrayList<>();
        long index = 0;
        for (int i = 0; i < shapes.length; i++) {
            Place place = Place.values()[i % 3];
            MemorySegment buffer =
                    bench.buffer(shapes[i][0] + shapes[i][1], place).asSlice(shapes[i][0], shapes[i][1]);
            if (!mustMap(bench, bench.physical(buffer), buffer.byteSize())) {
                buffer = bench.buffer(shapes[i][0] + shapes[i][1], Place.LOW).asSlice(shapes[i][0], shapes[i][1]);
            }
            SimPattern.fill(buffer, seed, index);
            index += buffer.byteSize();
            buffers.add(buffer);
        }
        return buffers;
    }

    private static ScatterList list(List<MemorySegment> buffers) {
        ScatterList list = new ScatterList();
        buffers.forEach(list::add);
        return list;
    }

    private void requireMapped(DeviceBench bench, ScatterList list, int segments, long bytes) {
        Refused refusal = list.refusal();
        assertThat(segments).as(() -> "segments; refused: " + refusal).isBetween(1, list.entries());
        assertThat(list.mappedEntries()).isEqualTo(segments);
        long sum = 0;
        for (int i = 0; i < segments; i++) {
            assertThat(list.dmaBytes(i)).isPositive();
            requireReachable(bench, list.dmaAddress(i), list.dmaBytes(i));
            sum += list.dmaBytes(i);
        }
        assertThat(sum).as("bytes of all segments").isEqualTo(bytes);
    }

    /** The device reads the entries one after the other, through the segments in their order. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void deviceReadsTheEntriesInOrder(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            List<MemorySegment> buffers = buffers(bench, 4);
            DeviceBench.Held before = bench.held();
            ScatterList list = list(buffers);
            int segments = bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0);
            long total = buffers.stream().mapToLong(MemorySegment::byteSize).sum();
            requireMapped(bench, list, segments, total);
            long index = 0;
            for (int i = 0; i < segments; i++) {
                MemorySegment seen = MemorySegment.ofArray(new byte[(int) list.dmaBytes(i)]);
                assertThat(bench.engine().read(list.dmaAddress(i), seen)).isEqualTo(list.dmaBytes(i));
                requireCpuSees(seen, 4, index);
                index += list.dmaBytes(i);
            }
            bench.device().unmapScatter(list, DmaDirection.TO_DEVICE, 0);
            assertThat(list.isMapped()).isFalse();
            assertThat(bench.held()).isEqualTo(before);
        }
    }

    /** The device fills the entries, and sync or unmap shows it to the CPU. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void deviceFillsTheEntries(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            List<MemorySegment> buffers = buffers(bench, 4);
            DeviceBench.Held before = bench.held();
            ScatterList list = list(buffers);
            int segments = bench.device().mapScatter(list, DmaDirection.BIDIRECTIONAL, 0);
            requireMapped(
                    bench,
                    list,
                    segments,
                    buffers.stream().mapToLong(MemorySegment::byteSize).sum());
            deviceFills(bench, list, 6);
            bench.device().syncScatterForCpu(list, DmaDirection.BIDIRECTIONAL);
            requireBuffers(buffers, 6);
            long index = 0;
            for (MemorySegment buffer : buffers) {
                SimPattern.fill(buffer, 7, index);
                index += buffer.byteSize();
            }
            bench.device().syncScatterForDevice(list, DmaDirection.BIDIRECTIONAL);
            MemorySegment first = MemorySegment.ofArray(new byte[(int) list.dmaBytes(0)]);
            bench.engine().read(list.dmaAddress(0), first);
            requireCpuSees(first, 7, 0);
            deviceFills(bench, list, 8);
            bench.device().unmapScatter(list, DmaDirection.BIDIRECTIONAL, 0);
            requireBuffers(buffers, 8);
            assertThat(bench.held()).isEqualTo(before);
        }
    }

    private static void deviceFills(DeviceBench bench, ScatterList list, long seed) {
        long index = 0;
        for (int i = 0; i < list.mappedEntries(); i++) {
            MemorySegment bytes = MemorySegment.ofArray(new byte[(int) list.dmaBytes(i)]);
            SimPattern.fill(bytes, seed, index);
            assertThat(bench.engine().write(list.dmaAddress(i), bytes)).isEqualTo(bytes.byteSize());
            index += bytes.byteSize();
        }
    }

    private void requireBuffers(List<MemorySegment> buffers, long seed) {
        long index = 0;
        for (MemorySegment buffer : buffers) {
            requireCpuSees(buffer, seed, index);
            index += buffer.byteSize();
        }
    }

    /** One entry that cannot be mapped: nothing is, nothing is held, no buffer changed; without it the list can be mapped. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void oneRefusedEntryUnwindsAll(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            List<MemorySegment> buffers = buffers(bench, 4);
            MemorySegment impossible = bench.filled(2 << 20, Place.HIGH, 9);
            assumeTrue(
                    !mustMap(bench, bench.physical(impossible), impossible.byteSize())
                            && bench.device().tryMap(impossible, DmaDirection.TO_DEVICE, 0) instanceof Refused,
                    "this backend refuses nothing here");
            buffers.add(3, impossible);
            DeviceBench.Held before = bench.held();
            ScatterList list = list(buffers);
            assertThat(bench.device().mapScatter(list, DmaDirection.FROM_DEVICE, 0))
                    .isZero();
            assertThat(list.mappedEntries()).isZero();
            assertThat(bench.held()).as("a refused list holds nothing").isEqualTo(before);
            Refused refusal = list.refusal();
            assertThat(refusal).isNotNull();
            if (refusal != null) {
                requireProperRefusal(bench, refusal);
            }
            buffers.remove(3);
            requireBuffers(buffers, 4);
            ScatterList shorter = list(buffers);
            assertThat(bench.device().mapScatter(shorter, DmaDirection.FROM_DEVICE, 0))
                    .isPositive();
            bench.device().unmapScatter(shorter, DmaDirection.FROM_DEVICE, 0);
            assertThat(bench.held()).isEqualTo(before);
        }
    }

    /** A list is mapped before it is unmapped, and once. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void listInTheWrongStateIsAUsageError(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            ScatterList list = new ScatterList();
            assertThatThrownBy(() -> bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isInstanceOfSatisfying(
                            DmaUsageException.class, e -> assertThat(e.code()).isEqualTo(DmaErrorCode.SCATTER_STATE));
            list.add(bench.buffer(4096, Place.LOW));
            assertThatThrownBy(() -> bench.device().unmapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isInstanceOf(DmaUsageException.class);
            assertThat(bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(1);
            assertThatThrownBy(() -> bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isInstanceOf(DmaUsageException.class);
            bench.device().unmapScatter(list, DmaDirection.TO_DEVICE, 0);
        }
    }
}
