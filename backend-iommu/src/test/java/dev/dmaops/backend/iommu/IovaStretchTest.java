package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.IovaStretch;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IovaStretchTest {
    private final IommuBench bench = IommuScene.PLAIN.open(new IommuBackend());
    private final DmaDevice device = bench.device();

    @AfterEach
    void close() {
        assertThat(bench.domain().mappedBytes()).isZero();
        bench.close();
    }

    @Test
    void piecesLieOneBehindTheOtherForTheDevice() {
        MemorySegment head = bench.filled(4096, 1).asSlice(96, 4000);
        MemorySegment body = bench.filled(16384, 2);
        MemorySegment tail = bench.filled(4096, 3).asSlice(0, 100);
        try (IovaStretch stretch =
                device.reserveStretch(bench.physical(head), 4000 + 16384 + 100).orElseThrow()) {
            long first = stretch.dmaAddress().value();
            assertThat(first & 0xfff).isEqualTo(96);
            assertThat(bench.domain().mappedBytes()).isZero();
            assertThat(stretch.link(0, head, DmaDirection.TO_DEVICE, 0)).isEqualTo(first);
            assertThat(stretch.link(4000, body, DmaDirection.BIDIRECTIONAL, 0)).isEqualTo(first + 4000);
            assertThat(stretch.link(20384, tail, DmaDirection.TO_DEVICE, 0)).isEqualTo(first + 20384);
            stretch.publish();
            byte[] seen = new byte[20484];
            assertThat(bench.engine().read(first, MemorySegment.ofArray(seen))).isEqualTo(seen.length);
            MemorySegment all = MemorySegment.ofArray(seen);
            assertThat(SimPattern.mismatches(all.asSlice(0, 4000), 1, 96)).isZero();
            assertThat(SimPattern.mismatches(all.asSlice(4000, 16384), 2)).isZero();
            assertThat(SimPattern.mismatches(all.asSlice(20384, 100), 3)).isZero();
            assertThat(bench.engine().writePattern(first, 1, 1))
                    .as("direction of its piece")
                    .isZero();
        }
    }

    @Test
    void unlinkTakesOnePieceAwayAndItsAddressesStayReserved() {
        MemorySegment buffer = bench.filled(8192, 1);
        IovaStretch stretch = device.reserveStretch(0, 8192).orElseThrow();
        long first = stretch.dmaAddress().value();
        stretch.link(4096, buffer.asSlice(4096, 4096), DmaDirection.TO_DEVICE, 0);
        stretch.link(0, buffer.asSlice(0, 4096), DmaDirection.TO_DEVICE, 0);
        stretch.publish();
        assertThat(bench.engine().mismatches(first, 8192, 1)).isZero();
        stretch.unlink(0, 4096);
        assertThat(bench.engine().checksum(first, 1)).isEqualTo(-1);
        assertThat(bench.engine().checksum(first + 4096, 4096)).isNotNegative();
        long other = device.mapSingle(bench.physical(buffer), 4096, DmaDirection.TO_DEVICE, 0);
        assertThat(other).isNotIn(first, first + 4096);
        assertThat(stretch.link(0, buffer.asSlice(4096, 4096), DmaDirection.TO_DEVICE, 0))
                .isEqualTo(first);
        stretch.close();
        assertThat(bench.engine().checksum(first + 4096, 1)).isEqualTo(-1);
        IovaStretch again = device.reserveStretch(0, 8192).orElseThrow();
        assertThat(again.dmaAddress().value()).as("given back").isEqualTo(first);
        again.close();
        device.unmapSingle(other, 4096, DmaDirection.TO_DEVICE, 0);
    }

    @Test
    void misplacedPiecesAreRefusedAndChangeNothing() {
        MemorySegment buffer = bench.filled(16384, 1);
        try (IovaStretch stretch = device.reserveStretch(0, 16384).orElseThrow()) {
            stretch.link(4096, buffer.asSlice(0, 4096), DmaDirection.TO_DEVICE, 0);
            assertMisuse(() -> stretch.link(0, buffer.asSlice(0, 8192), DmaDirection.TO_DEVICE, 0), "another piece");
            assertMisuse(() -> stretch.link(4096, buffer.asSlice(0, 4096), DmaDirection.TO_DEVICE, 0), "another piece");
            assertMisuse(
                    () -> stretch.link(8192, buffer.asSlice(100, 4096), DmaDirection.TO_DEVICE, 0), "100 bytes into");
            assertMisuse(() -> stretch.link(8192, buffer.asSlice(0, 100), DmaDirection.TO_DEVICE, 0), "only the last");
            assertMisuse(
                    () -> stretch.link(8292, buffer.asSlice(100, 3996), DmaDirection.TO_DEVICE, 0), "only the first");
            assertMisuse(() -> stretch.link(12288, buffer.asSlice(0, 8192), DmaDirection.TO_DEVICE, 0), "bytes=16384");
            assertMisuse(() -> stretch.link(-4096, buffer.asSlice(0, 4096), DmaDirection.TO_DEVICE, 0), "bytes=16384");
            assertMisuse(() -> stretch.link(8192, buffer.asSlice(0, 0), DmaDirection.TO_DEVICE, 0), "at least one");
            assertThatThrownBy(() -> stretch.unlink(4096, 2048))
                    .isInstanceOf(DmaUsageException.class)
                    .hasMessageContaining(
                            "DMA-3005 dev0: cannot unlink offset=4096 bytes=2048: no such piece is linked.");
            assertThat(bench.domain().mappedBytes()).isEqualTo(4096);
            assertThat(bench.engine().mismatches(stretch.dmaAddress().value() + 4096, 4096, 1))
                    .isZero();
        }
    }

    private static void assertMisuse(Runnable call, String why) {
        assertThatThrownBy(call::run)
                .isInstanceOf(DmaUsageException.class)
                .hasMessageStartingWith(DmaErrorCode.IOMMU_USAGE.text())
                .hasMessageContaining(why);
    }

    @Test
    void stretchIsNoMappingThatCouldBeUnmappedByAddress() {
        MemorySegment buffer = bench.filled(4096, 1);
        try (IovaStretch stretch = device.reserveStretch(0, 4096).orElseThrow()) {
            stretch.link(0, buffer, DmaDirection.TO_DEVICE, 0);
            long first = stretch.dmaAddress().value();
            assertThatThrownBy(() -> device.unmapSingle(first, 4096, DmaDirection.TO_DEVICE, 0))
                    .isInstanceOf(DmaUsageException.class)
                    .hasMessageContaining("DMA-3005");
            assertThat(bench.engine().mismatches(first, 4096, 1)).isZero();
        }
    }

    @Test
    void closedStretchCannotBeUsedAndClosesOnce() {
        IovaStretch stretch = device.reserveStretch(0, 4096).orElseThrow();
        stretch.close();
        stretch.close();
        assertThatThrownBy(stretch::publish)
                .isInstanceOf(DmaUsageException.class)
                .hasMessageContaining("DMA-3007");
        try (IovaStretch first = device.reserveStretch(0, 4096).orElseThrow();
                IovaStretch second = device.reserveStretch(0, 4096).orElseThrow()) {
            assertThat(first.dmaAddress()).isNotEqualTo(second.dmaAddress());
        }
    }

    @Test
    void stretchThatFindsNoAddressesIsEmpty() {
        device.setStreamingMask(DmaMask.ofBits(16));
        assertThat(device.reserveStretch(0, 1 << 17)).isEmpty();
        assertThat(device.reserveStretch(0, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void cachesAreMaintainedPieceByPiece() {
        try (IommuBench caches = IommuScene.PLAIN.withoutSnooping().open(new IommuBackend())) {
            MemorySegment one = caches.filled(4096, 1);
            MemorySegment two = caches.filled(4096, 2);
            try (IovaStretch stretch = caches.device().reserveStretch(0, 8192).orElseThrow()) {
                stretch.link(0, one, DmaDirection.BIDIRECTIONAL, 0);
                stretch.link(4096, two, DmaDirection.BIDIRECTIONAL, 0);
                stretch.publish();
                long first = stretch.dmaAddress().value();
                assertThat(caches.engine().mismatches(first + 4096, 4096, 2)).isZero();
                caches.engine().writePattern(first, 8192, 7);
            }
            assertThat(SimPattern.mismatches(one, 7)).isZero();
            assertThat(SimPattern.mismatches(two, 7, 4096)).isZero();
        }
    }
}
