package dev.dmaops.integration.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.IovaStretch;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.backend.iommu.IommuBackend;
import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that may attack gets whole granules only: the caller's, or copies in granules that hold nothing else. */
class UntrustedDeviceTest {
    private static final IommuScene SCENE = IommuScene.PLAIN.withoutTrust().with(new SwiotlbPools());

    private final IommuBench bench = SCENE.open(new IommuBackend());
    private final DmaDevice device = bench.device();

    @AfterEach
    void nothingIsHeld() {
        assertThat(Objects.requireNonNull(bench.pool()).statistics().usedSlots())
                .isZero();
        assertThat(bench.domain().mappedBytes()).isZero();
        bench.close();
    }

    @Test
    void wholeGranulesAreNotCopied() {
        MemorySegment buffer = bench.filled(8192, 1);
        try (DmaMapping mapping = device.map(buffer, DmaDirection.BIDIRECTIONAL)) {
            assertThat(mapping.bounceReason()).isNull();
            bench.engine().writePattern(mapping.dmaAddress().value(), 8192, 2);
            assertThat(SimPattern.mismatches(buffer, 2)).isZero();
        }
    }

    @ParameterizedTest(name = "offset {0}, {1} bytes")
    @CsvSource({"0, 100", "100, 100", "2048, 4096", "4000, 200", "100, 60000", "1, 1", "4095, 4097", "0, 4097"})
    void everythingElseIsCopiedAndComesBack(long offset, long bytes) {
        MemorySegment page = bench.filled(1 << 17, 1);
        MemorySegment buffer = page.asSlice(offset, bytes);
        try (DmaMapping mapping = device.map(buffer, DmaDirection.BIDIRECTIONAL)) {
            assertThat(mapping.bounceReason()).isEqualTo(BounceReason.UNTRUSTED_PARTIAL_GRANULE);
            byte[] seen = new byte[(int) bytes];
            bench.engine().read(mapping.dmaAddress().value(), MemorySegment.ofArray(seen));
            assertThat(SimPattern.mismatches(MemorySegment.ofArray(seen), 1, offset))
                    .isZero();
            bench.engine().writePattern(mapping.dmaAddress().value(), bytes, 2);
            assertThat(SimPattern.mismatches(buffer, 1, offset)).as("not yet").isZero();
        }
        assertThat(SimPattern.mismatches(buffer, 2)).isZero();
        assertThat(SimPattern.mismatches(page.asSlice(0, offset), 1)).isZero();
        assertThat(SimPattern.mismatches(page.asSlice(offset + bytes), 1, offset + bytes))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(DmaDirection.class)
    void paddingOfTheCopyIsZeroAtBothEndsWhateverWasThereBefore(DmaDirection direction) {
        // Every slot has been full of secrets before, and the copy keeps the buffer's offset in its granule.
        try (DmaMapping secrets = device.map(bench.filled(200_001, 0x5a).asSlice(1), DmaDirection.TO_DEVICE)) {
            assertThat(secrets.bounceReason()).isNotNull();
        }
        device.setConstraints(DmaConstraints.DEFAULT.withMinAlignMask(0xfff));
        MemorySegment buffer = bench.filled(8192, 1).asSlice(1000, 5000);
        long dma = device.mapSingle(buffer, 0, 5000, direction, DmaAttributes.SKIP_CPU_SYNC);
        assertThat(dma & 0xfff).isEqualTo(1000);
        long copy = bench.domain().translate(dma);
        MemorySegment around = bench.machine().memory().segment(copy - 1000, 8192);
        assertThat(around.asSlice(0, 1000).mismatch(MemorySegment.ofArray(new byte[1000])))
                .isEqualTo(-1);
        assertThat(around.asSlice(6000).mismatch(MemorySegment.ofArray(new byte[2192])))
                .isEqualTo(-1);
        assertThat(SimPattern.mismatches(around.asSlice(1000, 5000), 1, 1000)).isZero();
        device.unmapSingle(dma, 5000, direction, DmaAttributes.SKIP_CPU_SYNC);
    }

    @Test
    void withoutAPoolOnlyWholeGranulesCanBeMappedAndTheKernelSaysSoOnce() {
        try (IommuBench poolless = IommuScene.PLAIN.withoutTrust().open(new IommuBackend())) {
            MemorySegment buffer = poolless.filled(8192, 1);
            poolless.device().map(buffer.asSlice(4096), DmaDirection.TO_DEVICE).close();
            for (int i = 0; i < 2; i++) {
                assertThat(poolless.device().tryMap(buffer.asSlice(0, 100), DmaDirection.TO_DEVICE, 0))
                        .isInstanceOfSatisfying(
                                Refused.class,
                                refused -> assertThat(refused.code()).isEqualTo(DmaErrorCode.NO_POOL));
            }
            assertThat(poolless.log())
                    .containsExactly("dev0: DMA bounce buffers are inactive, unable to map unaligned transaction.");
            ScatterList list = new ScatterList().add(buffer.asSlice(4096)).add(buffer.asSlice(0, 100));
            assertThat(poolless.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isZero();
            assertThat(Objects.requireNonNull(list.refusal()).linuxErrno()).isEqualTo(-5);
            assertThat(poolless.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void entriesOfAListAreMappedAloneAndOnARefusalNoneIs() {
        MemorySegment buffer = bench.filled(1 << 19, 1);
        ScatterList list = new ScatterList()
                .add(buffer.asSlice(0, 4096))
                .add(buffer.asSlice(4096, 4096))
                .add(buffer.asSlice(9000, 100));
        assertThat(device.mapScatter(list, DmaDirection.BIDIRECTIONAL, 0)).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(bench.engine().writePattern(list.dmaAddress(i), list.dmaBytes(i), 7))
                    .isEqualTo(list.dmaBytes(i));
        }
        device.syncScatterForCpu(list, DmaDirection.BIDIRECTIONAL);
        assertThat(SimPattern.mismatches(buffer.asSlice(9000, 100), 7)).isZero();
        device.unmapScatter(list, DmaDirection.BIDIRECTIONAL, 0);

        ScatterList tooLong = new ScatterList().add(buffer.asSlice(100, 100)).add(buffer.asSlice(100, 300_000));
        assertThat(device.mapScatter(tooLong, DmaDirection.BIDIRECTIONAL, 0)).isZero();
        assertThat(tooLong.refusal()).satisfies(refused -> {
            assertThat(refused.code()).isEqualTo(DmaErrorCode.REQUEST_TOO_LARGE);
            assertThat(refused.linuxErrno())
                    .as("as recorded in vtd-untrusted-6g")
                    .isEqualTo(-5);
        });
    }

    @Test
    void granuleLargerThanFourKibIsTheUnitOfTheCopy() {
        IommuScene scene = SCENE.withPageBytes(65536).with(IommuGeometry.PLAIN.withPageSizes(1 << 16));
        try (IommuBench large = scene.open(new IommuBackend())) {
            MemorySegment buffer = large.filled(65536, 1).asSlice(4096, 4096);
            try (DmaMapping mapping = large.device().map(buffer, DmaDirection.BIDIRECTIONAL)) {
                assertThat(mapping.bounceReason()).isEqualTo(BounceReason.UNTRUSTED_PARTIAL_GRANULE);
                long dma = mapping.dmaAddress().value();
                byte[] granule = new byte[65536];
                large.engine().read(dma & -65536L, MemorySegment.ofArray(granule));
                int at = (int) dma & 0xffff;
                for (int i = 0; i < granule.length; i++) {
                    assertThat(granule[i])
                            .isEqualTo(i >= at && i < at + 4096 ? SimPattern.at(1, 4096 + i - at) : (byte) 0);
                }
            }
        }
    }

    @Test
    void linkedPiecesAreCopiedAtTheirEndsOnly() {
        device.setConstraints(DmaConstraints.DEFAULT.withMinAlignMask(0xfff));
        MemorySegment page = bench.filled(1 << 14, 1);
        MemorySegment buffer = page.asSlice(1000, 9000);
        IovaStretch stretch =
                device.reserveStretch(bench.physical(buffer), 9000).orElseThrow();
        long first = stretch.link(0, buffer, DmaDirection.BIDIRECTIONAL, 0);
        stretch.publish();
        assertThat(first).isEqualTo(stretch.dmaAddress().value());
        assertThat(Objects.requireNonNull(bench.pool()).contains(bench.domain().translate(first)))
                .isTrue();
        assertThat(bench.domain().translate(first - 1000 + 4096)).isEqualTo(bench.physical(page) + 4096);
        assertThat(Objects.requireNonNull(bench.pool()).contains(bench.domain().translate(first + 8999)))
                .isTrue();
        bench.engine().writePattern(first, 9000, 5);
        stretch.close();
        assertThat(SimPattern.mismatches(buffer, 5)).isZero();
        assertThat(SimPattern.mismatches(page.asSlice(0, 1000), 1)).isZero();
        assertThat(SimPattern.mismatches(page.asSlice(10_000), 1, 10_000)).isZero();
    }

    @Test
    void pieceWhoseCopyCannotKeepItsOffsetIsRefusedAndNothingIsHeld() {
        MemorySegment buffer = bench.filled(1 << 14, 1).asSlice(1000, 9000);
        try (IovaStretch stretch =
                device.reserveStretch(bench.physical(buffer), 9000).orElseThrow()) {
            assertThat(stretch.link(0, buffer, DmaDirection.BIDIRECTIONAL, 0)).isEqualTo(DmaDevice.MAPPING_ERROR);
            assertThat(Objects.requireNonNull(stretch.refusal()).message())
                    .contains("set the device's minimum alignment mask");
            assertThat(bench.domain().mappedBytes()).isZero();
        }
    }
}
