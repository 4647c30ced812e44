package dev.dmaops.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.api.Refused;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.DeviceBench.Place;
import dev.dmaops.testkit.TestWorld;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Single mappings: bytes arrive on both sides, nothing else changes, everything is given back. */
public interface StreamingContract extends BackendContract {
    /** TO_DEVICE: the device reads what the CPU wrote, and the buffer stays as it was. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void deviceReadsWhatTheCpuWrote(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (Place place : Place.values()) {
                BackendContract.shapes().forEach(shape -> {
                    MemorySegment buffer = shape.in(bench, place, 1);
                    DmaMapping mapping = map(bench, buffer, DmaDirection.TO_DEVICE);
                    if (mapping != null) {
                        requireDeviceReads(bench, mapping.dmaAddress().value(), buffer);
                        mapping.close();
                    }
                    requireCpuSees(buffer, 1, 0);
                });
            }
        }
    }

    /** FROM_DEVICE: the CPU sees what the device wrote, and what it did not write stays; so do the neighbours. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void cpuSeesWhatTheDeviceWroteAndTheRestStays(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (Place place : Place.values()) {
                BackendContract.shapes().forEach(shape -> {
                    MemorySegment pages = bench.filled(shape.offset() + shape.bytes() + 300, place, 5);
                    MemorySegment buffer = pages.asSlice(shape.offset(), shape.bytes());
                    DmaMapping mapping = map(bench, buffer, DmaDirection.FROM_DEVICE);
                    if (mapping != null) {
                        long written = (shape.bytes() + 1) / 2;
                        deviceWrites(bench, mapping.dmaAddress().value(), written, 9);
                        mapping.close();
                        requireCpuSees(buffer.asSlice(0, written), 9, 0);
                        requireCpuSees(buffer.asSlice(written), 5, shape.offset() + written);
                    }
                    requireCpuSees(pages.asSlice(0, shape.offset()), 5, 0);
                    requireCpuSees(pages.asSlice(shape.offset() + shape.bytes()), 5, shape.offset() + shape.bytes());
                });
            }
        }
    }

    /** BIDIRECTIONAL: both. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void bytesMoveBothWays(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (Place place : Place.values()) {
                BackendContract.shapes().forEach(shape -> {
                    MemorySegment buffer = shape.in(bench, place, 3);
                    DmaMapping mapping = map(bench, buffer, DmaDirection.BIDIRECTIONAL);
                    if (mapping != null) {
                        requireDeviceReads(bench, mapping.dmaAddress().value(), buffer);
                        deviceWrites(bench, mapping.dmaAddress().value(), shape.bytes(), 4);
                        mapping.close();
                        requireCpuSees(buffer, 4, 0);
                    }
                });
            }
        }
    }

    /** Sync lends the buffer to the CPU and gives it back while it stays mapped, as often as one likes. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void syncLendsTheBufferToTheCpuAndBack(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (Place place : Place.values()) {
                MemorySegment buffer = bench.filled(5000, place, 1);
                DmaMapping mapping = map(bench, buffer, DmaDirection.BIDIRECTIONAL);
                if (mapping == null) {
                    continue;
                }
                long dma = mapping.dmaAddress().value();
                for (int round = 10; round < 13; round++) {
                    deviceWrites(bench, dma, 5000, round);
                    mapping.syncForCpu();
                    requireCpuSees(buffer, round, 0);
                    SimPattern.fill(buffer, round + 100);
                    mapping.syncForDevice();
                    requireDeviceReads(bench, dma, buffer);
                }
                mapping.close();
                requireCpuSees(buffer, 112, 0);
            }
        }
    }

    /** Sync of a part moves that part; offsets and lengths need no alignment. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void syncOfAPartMovesThatPart(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (Place place : Place.values()) {
                for (long offset : new long[] {0, 1000, 2047, 4096, 7999}) {
                    MemorySegment buffer = bench.filled(16_384, place, 1);
                    DmaMapping mapping = map(bench, buffer, DmaDirection.BIDIRECTIONAL);
                    if (mapping == null) {
                        continue;
                    }
                    long dma = mapping.dmaAddress().value();
                    deviceWrites(bench, dma, 16_384, 2);
                    mapping.syncForCpu(offset, 3000);
                    requireCpuSees(buffer.asSlice(offset, 3000), 2, offset);
                    SimPattern.fill(buffer.asSlice(offset, 3000), 3);
                    mapping.syncForDevice(offset, 3000);
                    requireDeviceReads(bench, dma + offset, buffer.asSlice(offset, 3000));
                    mapping.close();
                    requireCpuSees(buffer.asSlice(0, offset), 2, 0);
                    requireCpuSees(buffer.asSlice(offset, 3000), 3, 0);
                    requireCpuSees(buffer.asSlice(offset + 3000), 2, offset + 3000);
                }
            }
        }
    }

    /** Without SKIP_CPU_SYNC an unmap copies back, with it a copy stays behind; the buffer itself is the same either way. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void unmapThatSkipsTheCpuLeavesTheCopyBehind(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            MemorySegment buffer = bench.filled(4096, Place.HIGH, 1);
            if (bench.device().tryMap(buffer, DmaDirection.FROM_DEVICE, DmaAttributes.SKIP_CPU_SYNC)
                    instanceof Mapped(DmaMapping mapping)) {
                deviceWrites(bench, mapping.dmaAddress().value(), 4096, 2);
                boolean copied = mapping.bounced();
                mapping.close();
                if (copied) {
                    requireCpuSees(buffer, 1, 0);
                } else if (world.coherent()) {
                    requireCpuSees(buffer, 2, 0);
                }
            }
        }
    }

    /** A mapping tells whether the device works on a copy. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void mappingSaysWhetherTheDeviceWorksOnACopy(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (Place place : Place.values()) {
                MemorySegment buffer = bench.filled(8192, place, 1);
                DmaMapping mapping = map(bench, buffer, DmaDirection.BIDIRECTIONAL);
                if (mapping == null || !world.coherent()) {
                    continue;
                }
                deviceWrites(bench, mapping.dmaAddress().value(), 8192, 2);
                boolean changed = SimPattern.mismatches(buffer, 1) > 0;
                assertThat(mapping.bounced())
                        .as("bounced " + mapping.bounceReason())
                        .isEqualTo(!changed);
                mapping.close();
            }
        }
    }

    /** The low address bits that a device asks to keep are kept, bounced or not. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void lowAddressBitsAreKeptWhenTheDeviceAsks(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (long mask : new long[] {0x1ff, 0x7ff, 0xfff}) {
                bench.device().setConstraints(DmaConstraints.DEFAULT.withMinAlignMask(mask));
                for (long offset : new long[] {0, 0x10, 0x210, 0xa10, 0xe40}) {
                    MemorySegment buffer = new Shape(offset, 1000).in(bench, Place.HIGH, 1);
                    DmaMapping mapping = map(bench, buffer, DmaDirection.BIDIRECTIONAL);
                    if (mapping != null) {
                        assertThat(mapping.dmaAddress().value() & mask).isEqualTo(bench.physical(buffer) & mask);
                        requireDeviceReads(bench, mapping.dmaAddress().value(), buffer);
                        deviceWrites(bench, mapping.dmaAddress().value(), 1000, 2);
                        mapping.close();
                        requireCpuSees(buffer, 2, 0);
                    }
                }
            }
        }
    }

    /** An unmap gives back all that the map took. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void unmapGivesEverythingBack(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            List<MemorySegment> buffers = new ArrayList<>();
            for (int i = 0; i < 48; i++) {
                buffers.add(bench.buffer(1 + i * 700L, Place.values()[i % 3]));
            }
            DeviceBench.Held before = bench.held();
            for (int round = 0; round < 3; round++) {
                List<DmaMapping> live = new ArrayList<>();
                for (MemorySegment buffer : buffers) {
                    DmaMapping mapping = map(bench, buffer, DmaDirection.values()[live.size() % 3]);
                    if (mapping != null) {
                        live.add(mapping);
                    }
                }
                Collections.shuffle(live, new Random(round));
                live.forEach(DmaMapping::close);
                assertThat(bench.held()).isEqualTo(before);
            }
        }
    }

    /** Behind an IOMMU the device loses its access when the unmap returns; what it still has must not be the buffer. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void unmappedCopyOrTranslationNoLongerLeadsToTheBuffer(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            MemorySegment buffer = bench.filled(4096, Place.HIGH, 1);
            DmaMapping mapping = map(bench, buffer, DmaDirection.BIDIRECTIONAL);
            if (mapping == null || !(world.iommu() || mapping.bounced())) {
                return;
            }
            long dma = mapping.dmaAddress().value();
            deviceWrites(bench, dma, 4096, 2);
            mapping.close();
            bench.engine().writePattern(dma, 4096, 3);
            requireCpuSees(buffer, 2, 0);
            if (world.iommu()) {
                assertThat(bench.engine().faults()).isNotEmpty();
            }
        }
    }

    /** Zero bytes: an address that can be unmapped, or, where it would have to bounce, an error; nothing is held afterwards. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void zeroBytesMapToNothingOrAreRefused(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            for (Place place : Place.values()) {
                PhysicalAddress start = new PhysicalAddress(bench.physical(bench.buffer(4096, place)));
                DeviceBench.Held before = bench.held();
                try {
                    switch (bench.device().tryMap(start, 0, DmaDirection.TO_DEVICE, 0)) {
                        case Mapped(DmaMapping mapping) -> mapping.close();
                        case Refused refused ->
                            assertThat(refused.message())
                                    .startsWith(refused.code().text());
                    }
                } catch (DmaUsageException e) {
                    assertThat(e.code()).isEqualTo(DmaErrorCode.INVALID_SIZE);
                }
                assertThat(bench.held()).isEqualTo(before);
            }
        }
    }

    /** Memory without physical address is bounced, or refused as such. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void arraysAreBouncedOrRefused(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            DeviceBench.Held before = bench.held();
            MemorySegment array = MemorySegment.ofArray(new byte[5000]);
            SimPattern.fill(array, 1);
            switch (bench.device().tryMap(array, DmaDirection.BIDIRECTIONAL, 0)) {
                case Mapped(DmaMapping mapping) -> {
                    requireReachable(bench, mapping.dmaAddress().value(), 5000);
                    assertThat(mapping.bounced()).isTrue();
                    requireDeviceReads(bench, mapping.dmaAddress().value(), array);
                    deviceWrites(bench, mapping.dmaAddress().value(), 5000, 2);
                    mapping.close();
                    requireCpuSees(array, 2, 0);
                }
                case Refused refused -> requireProperRefusal(bench, refused);
            }
            assertThat(bench.held()).isEqualTo(before);
        }
    }

    /** Any order of maps, syncs and unmaps: every live mapping has its own bytes. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void mappingsNeverDisturbEachOther(TestWorld world) {
        long seed = 20260101;
        Random random = new Random(seed);
        try (DeviceBench bench = open(world)) {
            List<MemorySegment> buffers = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                long offset = random.nextInt(2000);
                long bytes = 1 + random.nextLong(random.nextBoolean() ? 300 : 30_000);
                buffers.add(bench.buffer(offset + bytes, Place.values()[i % 3]).asSlice(offset, bytes));
            }
            DeviceBench.Held before = bench.held();
            List<Live> live = new ArrayList<>();
            for (int step = 0; step < 600; step++) {
                int next = random.nextInt(buffers.size());
                if (random.nextInt(3) == 0 && live.stream().noneMatch(other -> other.number == next)) {
                    SimPattern.fill(buffers.get(next), step);
                    DmaMapping mapping = map(bench, buffers.get(next), DmaDirection.BIDIRECTIONAL);
                    if (mapping != null) {
                        live.add(new Live(next, buffers.get(next), mapping, step));
                    }
                } else if (!live.isEmpty()) {
                    Live one = live.get(random.nextInt(live.size()));
                    long dma = one.mapping.dmaAddress().value();
                    assertThat(bench.engine().mismatches(dma, one.mapping.bytes(), one.pattern))
                            .as("seed=%d step=%d %s", seed, step, one.mapping)
                            .isZero();
                    one.pattern = step;
                    deviceWrites(bench, dma, one.mapping.bytes(), step);
                    if (random.nextBoolean()) {
                        one.mapping.close();
                        live.remove(one);
                        requireCpuSees(one.buffer, step, 0);
                    }
                }
            }
            live.forEach(one -> one.mapping.close());
            live.forEach(one -> requireCpuSees(one.buffer, one.pattern, 0));
            assertThat(bench.held()).as("seed=" + seed).isEqualTo(before);
        }
    }

    /** A mapping of {@link #mappingsNeverDisturbEachOther} and what the device last put there. */
    final class Live {
        private final int number;
        private final MemorySegment buffer;
        private final DmaMapping mapping;
        private long pattern;

        Live(int number, MemorySegment buffer, DmaMapping mapping, long pattern) {
            this.number = number;
            this.buffer = buffer;
            this.mapping = mapping;
            this.pattern = pattern;
        }
    }
}
