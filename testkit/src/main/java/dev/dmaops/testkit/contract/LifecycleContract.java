package dev.dmaops.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.SimCpus;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.DeviceBench.Place;
import dev.dmaops.testkit.TestWorld;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads, closing, and use after closing. */
public interface LifecycleContract extends BackendContract {
    /** Threads map, move and unmap at once, each its own buffers. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void threadsDoNotDisturbEachOther(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            List<MemorySegment> buffers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                MemorySegment buffer = bench.buffer(9000, Place.HIGH);
                boolean usable = mustMap(bench, bench.physical(buffer), 9000);
                buffers.add(usable ? buffer : bench.buffer(9000, Place.LOW));
            }
            DeviceBench.Held before = bench.held();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < buffers.size(); i++) {
                int number = i;
                Thread thread = new Thread(() -> work(bench, buffers.get(number), number));
                thread.setUncaughtExceptionHandler((died, failure) -> failures.add(failure));
                threads.add(thread);
            }
            threads.forEach(Thread::start);
            threads.forEach(LifecycleContract::join);
            assertThat(failures).isEmpty();
            assertThat(bench.held()).isEqualTo(before);
        }
    }

    private void work(DeviceBench bench, MemorySegment buffer, int number) {
        try (SimCpus.Pin pin =
                bench.machine().cpus().pin(number % bench.machine().cpus().possible())) {
            assertThat(pin).isNotNull();
            for (int round = 0; round < 60; round++) {
                long bytes = 1 + (round * 149L) % buffer.byteSize();
                MemorySegment part = buffer.asSlice(0, bytes);
                SimPattern.fill(part, round * 7 + number);
                try (DmaMapping mapping = bench.device().map(part, DmaDirection.BIDIRECTIONAL)) {
                    requireDeviceReads(bench, mapping.dmaAddress().value(), part);
                    deviceWrites(bench, mapping.dmaAddress().value(), bytes, round * 11 + number);
                }
                requireCpuSees(part, round * 11 + number, 0);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A closed mapping cannot be synchronised, and closing it again does nothing. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void closedMappingSaysSo(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            MemorySegment buffer = bench.buffer(4096, Place.LOW);
            DmaMapping mapping = bench.device().map(buffer, DmaDirection.BIDIRECTIONAL);
            mapping.close();
            DeviceBench.Held before = bench.held();
            try (DmaMapping other = bench.device().map(buffer, DmaDirection.TO_DEVICE)) {
                mapping.close();
                requireDeviceReads(bench, other.dmaAddress().value(), buffer);
            }
            assertThat(bench.held()).isEqualTo(before);
            assertThatThrownBy(mapping::syncForCpu)
                    .isInstanceOfSatisfying(
                            DmaUsageException.class, e -> assertThat(e.code()).isEqualTo(DmaErrorCode.CLOSED));
        }
    }

    /** A sync stays inside of its mapping. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void syncOutsideOfAMappingIsAUsageError(TestWorld world) {
        try (DeviceBench bench = open(world);
                DmaMapping mapping = bench.device().map(bench.buffer(4096, Place.LOW), DmaDirection.BIDIRECTIONAL)) {
            for (long[] part : new long[][] {{0, 4097}, {4096, 1}, {-1, 10}, {10, -1}, {1, Long.MAX_VALUE}}) {
                assertThatThrownBy(() -> mapping.syncForCpu(part[0], part[1]))
                        .isInstanceOfSatisfying(
                                DmaUsageException.class,
                                e -> assertThat(e.code()).isEqualTo(DmaErrorCode.SYNC_OUTSIDE_MAPPING));
            }
        }
    }

    /** A closed backend has given all pages back that it took when it opened and later. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void closedBackendHasGivenEverythingBack(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            bench.device().allocateCoherent(10_000).close();
            bench.device()
                    .map(bench.machine().memory().segment(65_536, 4096), DmaDirection.TO_DEVICE)
                    .close();
            bench.closeBackend();
            assertThat(bench.machine().pages().freePages()).isGreaterThanOrEqualTo(bench.pagesAtStart());
        }
    }
}
