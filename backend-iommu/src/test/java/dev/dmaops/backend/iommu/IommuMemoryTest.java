package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMappingException;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.NoncontiguousBuffer;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IommuMemoryTest {
    private static final int MIB = 1 << 20;

    private final IommuBench bench = IommuScene.PLAIN.open(new IommuBackend());
    private final long freeAtStart = bench.machine().pages().freePages();

    @AfterEach
    void nothingIsLeft() {
        assertThat(bench.machine().pages().freePages()).isEqualTo(freeAtStart);
        assertThat(bench.domain().mappedBytes()).isZero();
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4096, 12288, 4 * MIB, 4 * MIB + 1, 21 * MIB})
    void coherentMemoryIsZeroedAndTheSameForBothAlsoBeyondOneBlock(long bytes) {
        try (CoherentBuffer buffer = bench.device().allocateCoherent(bytes)) {
            assertThat(buffer.bytes()).isEqualTo(bytes + 4095 & -4096L);
            MemorySegment view = buffer.segment();
            assertThat(view.byteSize()).isEqualTo(buffer.bytes());
            assertThat(view.mismatch(MemorySegment.ofArray(new byte[(int) view.byteSize()])))
                    .isEqualTo(-1);
            long dma = buffer.dmaAddress().value();
            assertThat(bench.engine().writePattern(dma, view.byteSize(), 3)).isEqualTo(view.byteSize());
            assertThat(SimPattern.mismatches(view, 3)).isZero();
        }
    }

    @Test
    void oneBlockIsTheMostWhenMemoryMustBeContiguous() {
        assertThat(bench.device()
                        .tryAllocateCoherent(4 * MIB + 1, DmaAttributes.FORCE_CONTIGUOUS, AllocationFlags.NONE))
                .isInstanceOfSatisfying(
                        CoherentRefused.class,
                        r -> assertThat(r.refused().code()).isEqualTo(DmaErrorCode.NO_COHERENT_MEMORY));
    }

    @Test
    void moreThanTheMachineHasIsRefusedInWords() {
        assertThat(bench.device().tryAllocateCoherent(1L << 40, DmaAttributes.NONE, AllocationFlags.NONE))
                .isInstanceOfSatisfying(
                        CoherentRefused.class,
                        r -> assertThat(r.refused().message())
                                .isEqualTo(
                                        "DMA-2011 dev0: cannot allocate 1099511627776 bytes for the device: there are not that"
                                                + " many free pages side by side. Ask for less at a time, for memory in pieces"
                                                + " (allocateNoncontiguous), or free what is no longer used. [iommu, granule 4096 bytes,"
                                                + " largest block 4194304 bytes]"));
        assertThat(bench.device().tryAllocateCoherent(Long.MAX_VALUE, DmaAttributes.NONE, AllocationFlags.NONE))
                .isInstanceOf(CoherentRefused.class);
    }

    @Test
    void coherentMaskDecidesAndPagesAreGivenBackWhenNoAddressIsLeft() {
        bench.device().setCoherentMask(DmaMask.ofBits(16));
        try (CoherentBuffer buffer = bench.device().allocateCoherent(4096)) {
            assertThat(buffer.dmaAddress().value()).isEqualTo(0xf000);
        }
        assertThatThrownBy(() -> bench.device().allocateCoherent(1 << 17))
                .isInstanceOf(DmaMappingException.class)
                .hasMessageContaining(
                        "DMA-2009 dev0: cannot allocate 131072 bytes for the device: there are no IO virtual"
                                + " addresses for it at or below 0xffff.");
    }

    @Test
    void deviceThatDoesNotSnoopSharesCoherentMemoryAllTheSame() {
        try (IommuBench caches = IommuScene.PLAIN.withoutSnooping().open(new IommuBackend());
                CoherentBuffer buffer = caches.device().allocateCoherent(5 * MIB)) {
            long dma = buffer.dmaAddress().value();
            SimPattern.fill(buffer.segment(), 1);
            assertThat(caches.engine().mismatches(dma, 5 * MIB, 1)).isZero();
            caches.engine().writePattern(dma, 5 * MIB, 2);
            assertThat(SimPattern.mismatches(buffer.segment(), 2)).isZero();
        }
    }

    @Test
    void pagesInPiecesAreOnePieceForTheDevice() {
        try (NoncontiguousBuffer buffer =
                bench.device().allocateNoncontiguous(3_000_000, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE)) {
            assertThat(buffer.bytes()).isEqualTo(3_002_368);
            long dma = buffer.dmaAddress().value();
            assertThat(bench.engine().writePattern(dma, buffer.bytes(), 8)).isEqualTo(buffer.bytes());
            buffer.syncForCpu();
            long at = 0;
            for (MemorySegment piece : buffer.pieces()) {
                assertThat(SimPattern.mismatches(piece, 8, at)).isZero();
                at += piece.byteSize();
            }
            assertThat(at).isEqualTo(buffer.bytes());
        }
    }

    @Test
    void fragmentedMemoryIsEnoughForPiecesAndNotForOnePiece() {
        List<Long> taken = new ArrayList<>();
        PageAllocator pages = bench.machine().pages();
        for (long block = pages.allocate(0, Zone.NORMAL); block != PageAllocator.NO_PAGES; ) {
            taken.add(block);
            block = pages.allocate(0, Zone.NORMAL);
        }
        List<Long> kept = new ArrayList<>();
        for (long block : taken) {
            if ((block & 8192) == 0) {
                kept.add(block);
            } else {
                pages.free(block, 0);
            }
        }
        assertThat(bench.device().tryAllocateCoherent(16384, DmaAttributes.NONE, AllocationFlags.NONE))
                .isInstanceOf(CoherentRefused.class);
        try (NoncontiguousBuffer buffer =
                bench.device().allocateNoncontiguous(65536, DmaDirection.TO_DEVICE, DmaAttributes.NONE)) {
            assertThat(buffer.pieces()).hasSizeGreaterThan(4);
            long at = 0;
            for (MemorySegment piece : buffer.pieces()) {
                SimPattern.fill(piece, 4, at);
                at += piece.byteSize();
            }
            buffer.syncForDevice();
            assertThat(bench.engine().mismatches(buffer.dmaAddress().value(), 65536, 4))
                    .isZero();
        }
        kept.forEach(block -> pages.free(block, 0));
    }

    @Test
    void singlePagesAreTakenOneByOneOnRequestAndOtherAttributesAreNot() {
        try (NoncontiguousBuffer buffer = bench.device()
                .allocateNoncontiguous(4 * MIB, DmaDirection.TO_DEVICE, DmaAttributes.ALLOC_SINGLE_PAGES)) {
            assertThat(buffer.bytes()).isEqualTo(4 * MIB);
        }
        assertThatThrownBy(() ->
                        bench.device().allocateNoncontiguous(4096, DmaDirection.TO_DEVICE, DmaAttributes.WRITE_COMBINE))
                .isInstanceOf(DmaUsageException.class)
                .hasMessageContaining("attributes=WRITE_COMBINE: expected ALLOC_SINGLE_PAGES or none.");
    }

    @Test
    void piecesThatGetNoAddressesAreGivenBack() {
        bench.device().setCoherentMask(DmaMask.ofBits(16));
        assertThatThrownBy(
                        () -> bench.device().allocateNoncontiguous(1 << 17, DmaDirection.TO_DEVICE, DmaAttributes.NONE))
                .isInstanceOf(DmaMappingException.class)
                .hasMessageContaining("DMA-2009");
        assertThatThrownBy(() ->
                        bench.device().allocateNoncontiguous(1L << 40, DmaDirection.TO_DEVICE, DmaAttributes.NONE))
                .isInstanceOf(DmaMappingException.class)
                .hasMessageContaining("DMA-2011");
    }
}
