package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scatter lists with real bytes; where entries come to lie is the business of {@link ScatterLayoutTest}. */
class IommuScatterTest {
    private final IommuBench bench = IommuScene.PLAIN.open(new IommuBackend());

    @AfterEach
    void close() {
        bench.close();
    }

    /** What the device reads through the segments, in their order. */
    private static byte[] read(IommuBench bench, ScatterList list) {
        long total = 0;
        for (int i = 0; i < list.mappedEntries(); i++) {
            total += list.dmaBytes(i);
        }
        byte[] seen = new byte[(int) total];
        long at = 0;
        for (int i = 0; i < list.mappedEntries(); i++) {
            MemorySegment piece = MemorySegment.ofArray(seen).asSlice(at, list.dmaBytes(i));
            assertThat(bench.engine().read(list.dmaAddress(i), piece)).isEqualTo(list.dmaBytes(i));
            at += list.dmaBytes(i);
        }
        return seen;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void deviceReadsTheBytesOfAllEntriesInOrder(long seed) {
        Random random = new Random(seed);
        long boundary = (1L << (13 + random.nextInt(5))) - 1;
        long longest = 4096L << random.nextInt(5);
        bench.device().setConstraints(new DmaConstraints(longest, boundary, 0));
        MemorySegment buffer = bench.filled(1 << 20, seed);
        for (int round = 0; round < 50; round++) {
            ScatterList list = new ScatterList();
            List<Byte> expected = new ArrayList<>();
            int entries = 1 + random.nextInt(12);
            for (int i = 0; i < entries; i++) {
                boolean whole = random.nextBoolean();
                long limit = Math.min(longest, boundary + 1) / 2;
                long offset = random.nextInt(1 << 19) & (whole ? -4096L : -1L);
                long bytes = whole ? Math.max(4096, limit & -4096L) : 1 + random.nextLong(limit);
                list.add(buffer.asSlice(offset, bytes));
                for (long b = 0; b < bytes; b++) {
                    expected.add(SimPattern.at(seed, offset + b));
                }
            }
            assertThat(bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isPositive();
            for (int i = 0; i < list.mappedEntries(); i++) {
                long first = list.dmaAddress(i);
                assertThat(list.dmaBytes(i)).isLessThanOrEqualTo(longest);
                assertThat(first & ~boundary)
                        .as("segment 0x%x of %d bytes, boundary 0x%x", first, list.dmaBytes(i), boundary)
                        .isEqualTo(first + list.dmaBytes(i) - 1 & ~boundary);
            }
            byte[] seen = read(bench, list);
            assertThat(seen).hasSize(expected.size());
            for (int i = 0; i < seen.length; i++) {
                if (seen[i] != expected.get(i)) {
                    assertThat(seen[i]).as("byte %d in round %d", i, round).isEqualTo(expected.get(i));
                }
            }
            bench.device().unmapScatter(list, DmaDirection.TO_DEVICE, 0);
            assertThat(bench.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void wholePagesBecomeOneSegmentUpToTheLongest() {
        bench.device().setConstraints(new DmaConstraints(16384, -1L, 0));
        MemorySegment buffer = bench.filled(65536, 2);
        ScatterList list = new ScatterList();
        for (int i : new int[] {9, 1, 4, 7, 3, 2}) {
            list.add(buffer.asSlice(i * 4096L, 4096));
        }
        assertThat(bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0)).isEqualTo(2);
        assertThat(list.dmaBytes(0)).isEqualTo(16384);
        assertThat(list.dmaAddress(1)).isEqualTo(list.dmaAddress(0) + 16384);
    }

    @Test
    void listThatCannotBeMappedHoldsNothing() {
        IommuGeometry advisory =
                new IommuGeometry(IommuGeometry.PLAIN.pageSizes(), 0, 0xfff_ffffL, false, true, List.of());
        try (IommuBench narrow =
                IommuScene.PLAIN.withMaskBits(32).with(advisory).open(new IommuBackend())) {
            ScatterList list = new ScatterList().add(narrow.filled(4096, 1)).add(narrow.filled(4096, 2));
            assertThat(narrow.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isZero();
            assertThat(list.refusal()).satisfies(refused -> {
                assertThat(refused.code()).isEqualTo(DmaErrorCode.IOMMU_MAP_FAILED);
                assertThat(refused.linuxErrno()).isEqualTo(-22);
            });
            assertThat(narrow.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void mappedHalfIsTakenBackWhenTheTablesRefuseTheRest() {
        // The stretch of eight granules goes to 0x8000-0xffff; what is there already makes its last entries fail.
        try (IommuBench narrow = IommuScene.PLAIN.withMaskBits(16).open(new IommuBackend())) {
            narrow.domain().map(0xd000, 0x1000, 4096, 1);
            ScatterList list = new ScatterList();
            MemorySegment buffer = narrow.filled(65536, 1);
            for (int i = 0; i < 8; i++) {
                list.add(buffer.asSlice(i * 8192L, 4096));
            }
            assertThat(narrow.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isZero();
            assertThat(narrow.domain().mappedBytes()).isEqualTo(4096);
            narrow.domain().unmap(0xd000, 4096);
            assertThat(narrow.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(1);
            assertThat(list.dmaAddress(0)).as("the addresses were given back").isEqualTo(0x8000);
        }
    }

    @Test
    void exhaustedAddressesAreSaidWithLinuxsError() {
        try (IommuBench narrow = IommuScene.PLAIN.withMaskBits(16).open(new IommuBackend())) {
            ScatterList list = new ScatterList().add(narrow.filled(1 << 17, 1));
            assertThat(narrow.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isZero();
            assertThat(list.refusal()).satisfies(refused -> {
                assertThat(refused.code()).isEqualTo(DmaErrorCode.IOVA_EXHAUSTED);
                assertThat(refused.linuxErrno()).isEqualTo(-12);
            });
        }
    }

    @Test
    void entryOfFourGibIsTooLongButAListMayBeLonger() {
        ScatterList one = new ScatterList().addPhysical(0, (1L << 32) - 100);
        assertThat(bench.device().mapScatter(one, DmaDirection.TO_DEVICE, 0)).isZero();
        assertThat(one.refusal())
                .isNotNull()
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(DmaErrorCode.REQUEST_TOO_LARGE));

        ScatterList three = new ScatterList();
        for (int i = 0; i < 3; i++) {
            three.addPhysical(0, 2L << 30);
        }
        bench.device().setConstraints(new DmaConstraints(1L << 31, -1L, 0));
        assertThat(bench.device().mapScatter(three, DmaDirection.TO_DEVICE, 0)).isEqualTo(3);
        assertThat(bench.domain().mappedBytes()).isEqualTo(6L << 30);
        bench.device().unmapScatter(three, DmaDirection.TO_DEVICE, 0);
        assertThat(bench.domain().mappedBytes()).isZero();
    }

    @Test
    void peersKeepTheirBusAddressesBetweenSegmentsThatAreTranslated() {
        MemorySegment buffer = bench.filled(8192, 1);
        ScatterList list = new ScatterList()
                .addPeer(0x70_0000_0000L, 256)
                .add(buffer.asSlice(0, 4096))
                .addPeer(0x70_0000_1000L, 512)
                .add(buffer.asSlice(4096, 4096));
        assertThat(bench.device().mapScatter(list, DmaDirection.BIDIRECTIONAL, 0))
                .isEqualTo(4);
        assertThat(List.of(list.isPeerSegment(0), list.isPeerSegment(1), list.isPeerSegment(2), list.isPeerSegment(3)))
                .containsExactly(true, false, true, false);
        assertThat(list.dmaAddress(0)).isEqualTo(0x70_0000_0000L);
        assertThat(list.dmaBytes(2)).isEqualTo(512);
        assertThat(list.dmaAddress(3)).as("no gap for the peer").isEqualTo(list.dmaAddress(1) + 4096);
        bench.device().syncScatterForCpu(list, DmaDirection.BIDIRECTIONAL);
        bench.device().unmapScatter(list, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(bench.domain().mappedBytes()).isZero();
    }

    @Test
    void listOfPeersAloneTakesNoAddresses() {
        ScatterList list = new ScatterList().addPeer(0x70_0000_0000L, 256).addPeer(0x70_0000_0100L, 256);
        assertThat(bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0)).isEqualTo(2);
        assertThat(list.dmaAddress(1)).isEqualTo(0x70_0000_0100L);
        assertThat(bench.domain().mappedBytes()).isZero();
        bench.device().unmapScatter(list, DmaDirection.TO_DEVICE, 0);
    }

    @Test
    void peersAreRefusedWhereEntriesMayBounce() {
        try (IommuBench untrusted = IommuScene.PLAIN.withoutTrust().open(new IommuBackend())) {
            ScatterList list = new ScatterList().add(untrusted.filled(4096, 1)).addPeer(0x70_0000_0000L, 4096);
            assertThat(untrusted.device().mapScatter(list, DmaDirection.TO_DEVICE, 0))
                    .isZero();
            assertThat(list.refusal()).satisfies(refused -> {
                assertThat(refused.code()).isEqualTo(DmaErrorCode.PEER_MEMORY);
                assertThat(refused.linuxErrno()).isEqualTo(-121);
            });
            assertThat(untrusted.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void unmappingASegmentOfAListIsNoticedAndTheListStaysMapped() {
        ScatterList list = new ScatterList().add(bench.filled(4096, 1)).add(bench.filled(100, 2));
        bench.device().mapScatter(list, DmaDirection.TO_DEVICE, 0);
        long first = list.dmaAddress(0);
        assertThatThrownBy(() -> bench.device().unmapSingle(first, 4096, DmaDirection.TO_DEVICE, 0))
                .isInstanceOf(DmaUsageException.class)
                .hasMessageContaining("DMA-3005 dev0: cannot unmap dma=0x" + Long.toHexString(first)
                        + " bytes=4096: the" + " mapping there is dma=0x" + Long.toHexString(first) + " bytes=8192.");
        assertThat(bench.engine().mismatches(first, 4096, 1)).isZero();
        bench.device().unmapScatter(list, DmaDirection.TO_DEVICE, DmaAttributes.SKIP_CPU_SYNC);
        assertThat(bench.domain().mappedBytes()).isZero();
    }

    @Test
    void cachesAreMaintainedEntryByEntry() {
        try (IommuBench caches = IommuScene.PLAIN.withoutSnooping().open(new IommuBackend())) {
            MemorySegment buffer = caches.filled(16384, 1);
            // Long enough not to be a small buffer that shares a cache line.
            ScatterList list = new ScatterList().add(buffer.asSlice(0, 4096)).add(buffer.asSlice(8192, 4096));
            caches.device().mapScatter(list, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(list.mappedEntries()).isEqualTo(1);
            long dma = list.dmaAddress(0);
            assertThat(caches.engine().mismatches(dma, 4096, 1)).isZero();
            caches.engine().writePattern(dma + 4096, 4096, 5);
            caches.device().syncScatterForCpu(list, DmaDirection.BIDIRECTIONAL);
            assertThat(SimPattern.mismatches(buffer.asSlice(8192, 4096), 5)).isZero();
            SimPattern.fill(buffer.asSlice(0, 4096), 6);
            caches.device().syncScatterForDevice(list, DmaDirection.BIDIRECTIONAL);
            assertThat(caches.engine().mismatches(dma, 4096, 6)).isZero();
            caches.device().unmapScatter(list, DmaDirection.BIDIRECTIONAL, 0);
        }
    }
}
