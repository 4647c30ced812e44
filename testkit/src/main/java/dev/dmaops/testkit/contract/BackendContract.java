package dev.dmaops.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.Refused;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.TestWorld;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the parts of the contract share. */
public interface BackendContract {
    /** The worlds that the backend under test can work in. */
    Stream<TestWorld> worlds();

    /** The backend under test in a world. */
    DeviceBench open(TestWorld world);

    /** Whether the backend must map a buffer there, and may not refuse. */
    default boolean mustMap(DeviceBench bench, long physical, long bytes) {
        TestWorld world = bench.world();
        if (bench.pool() != null) {
            return bytes > 0 && bytes <= bench.device().maxMappingBytes();
        }
        return world.iommu() || world.reaches(physical, bytes);
    }

    /** Maps, and checks address or refusal; null when the backend refused and may. */
    default @Nullable DmaMapping map(DeviceBench bench, MemorySegment buffer, DmaDirection direction) {
        DeviceBench.Held before = bench.held();
        return switch (bench.device().tryMap(buffer, direction, 0)) {
            case Mapped(DmaMapping mapping) -> {
                requireReachable(bench, mapping.dmaAddress().value(), mapping.bytes());
                yield mapping;
            }
            case Refused refused -> {
                requireProperRefusal(bench, refused);
                assertThat(bench.held()).as("a refusal holds nothing").isEqualTo(before);
                assertThat(mustMap(bench, bench.physical(buffer), buffer.byteSize()))
                        .as("the backend must map this, and refused: " + refused.message())
                        .isFalse();
                yield null;
            }
        };
    }

    /** The device can drive every address of the mapping. */
    default void requireReachable(DeviceBench bench, long dma, long bytes) {
        long last = dma + Math.max(bytes, 1) - 1;
        assertThat(Long.compareUnsigned(dma, last))
                .as("mapping does not wrap around")
                .isNotPositive();
        assertThat(Long.compareUnsigned(last, bench.device().streamingMask().value()))
                .as(
                        "last address 0x%x is within the mask 0x%x",
                        last, bench.device().streamingMask().value())
                .isNotPositive();
        if (bench.device().busLimit() != 0) {
            assertThat(Long.compareUnsigned(last, bench.device().busLimit()))
                    .as("last address 0x%x is within the bus limit", last)
                    .isNotPositive();
        }
    }

    /** A refusal has a mapping code, names device and code in its message, and Linux's error. */
    default void requireProperRefusal(DeviceBench bench, Refused refused) {
        assertThat(refused.code().number()).as("refusals have mapping codes").isBetween(2001, 2999);
        assertThat(refused.message()).startsWith(refused.code().text() + " " + DeviceBench.DEVICE + ": cannot ");
        assertThat(refused.device()).isEqualTo(DeviceBench.DEVICE);
        assertThat(refused.linuxErrno()).isNegative();
        assertThat(bench.device().id()).isEqualTo(DeviceBench.DEVICE);
    }

    /** The device finds these bytes at this address. */
    default void requireDeviceReads(DeviceBench bench, long dma, MemorySegment expected) {
        MemorySegment seen = MemorySegment.ofArray(new byte[(int) expected.byteSize()]);
        assertThat(bench.engine().read(dma, seen))
                .as(() -> "bytes that the device could read at 0x" + Long.toHexString(dma) + ": "
                        + bench.engine().faults())
                .isEqualTo(expected.byteSize());
        assertThat(seen.mismatch(expected))
                .as("first byte that the device reads wrongly")
                .isEqualTo(-1L);
    }

    /** The device writes a pattern, and its bus takes all of it. */
    default void deviceWrites(DeviceBench bench, long dma, long bytes, long seed) {
        assertThat(bench.engine().writePattern(dma, bytes, seed))
                .as(() -> "bytes that the device could write at 0x" + Long.toHexString(dma) + ": "
                        + bench.engine().faults())
                .isEqualTo(bytes);
    }

    /** The CPU sees a pattern, from one of its bytes on. */
    default void requireCpuSees(MemorySegment buffer, long seed, long index) {
        assertThat(SimPattern.mismatches(buffer, seed, index))
                .as("bytes that the CPU sees wrongly")
                .isZero();
    }

    /** Lengths and offsets that have found mistakes before. */
    static Stream<Shape> shapes() {
        return Stream.of(
                new Shape(0, 1),
                new Shape(0, 64),
                new Shape(17, 100),
                new Shape(511, 2048),
                new Shape(0, 2049),
                new Shape(0x210, 4096),
                new Shape(4095, 2),
                new Shape(1, 65536),
                new Shape(0, 200_000));
    }

    /**
     * A buffer within its pages.
     *
     * @param offset of its first byte in the first page
     * @param bytes its length
     */
    record Shape(long offset, long bytes) {
        /** Such a buffer, with the pattern of a seed; its neighbours in the same pages are zero. */
        public MemorySegment in(DeviceBench bench, DeviceBench.Place place, long seed) {
            MemorySegment buffer = bench.buffer(offset + bytes, place).asSlice(offset, bytes);
            SimPattern.fill(buffer, seed);
            return buffer;
        }
    }
}
