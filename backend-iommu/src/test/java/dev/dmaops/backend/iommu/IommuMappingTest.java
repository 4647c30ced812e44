package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.MapResult;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.Refused;
import dev.dmaops.machine.sim.SimFault;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streaming mappings in strict domains: addresses, limits, reserved regions, and real bytes. */
class IommuMappingTest {
    private static final long LOW = 0xffff_ffffL;

    private static IommuBench open(IommuScene scene) {
        return scene.open(new IommuBackend());
    }

    @ParameterizedTest(name = "kernel page {0}, granule {1}")
    @CsvSource({"4096, 4096", "16384, 4096", "16384, 16384", "65536, 4096", "65536, 16384", "65536, 65536"})
    void deviceSeesTheBufferThroughGranulesOfEverySize(long page, long granule) {
        IommuScene scene =
                IommuScene.PLAIN.withPageBytes(page).with(IommuGeometry.PLAIN.withPageSizes(granule | granule << 9));
        try (IommuBench bench = open(scene)) {
            MemorySegment buffer = bench.filled(page * 2, 7).asSlice(100, page + 50);
            try (var mapping = bench.device().map(buffer, DmaDirection.TO_DEVICE)) {
                long dma = mapping.dmaAddress().value();
                assertThat(dma & granule - 1).isEqualTo(bench.physical(buffer) & granule - 1);
                byte[] seen = new byte[(int) buffer.byteSize()];
                assertThat(bench.engine().read(dma, MemorySegment.ofArray(seen)))
                        .isEqualTo(seen.length);
                assertThat(SimPattern.mismatches(MemorySegment.ofArray(seen), 7, 100))
                        .isZero();
            }
            assertThat(bench.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void largeBufferIsMappedInLargePagesAndEveryByteIsRight() {
        try (IommuBench bench = open(IommuScene.PLAIN)) {
            MemorySegment buffer = bench.filled(4 << 20, 3);
            try (var mapping = bench.device().map(buffer, DmaDirection.BIDIRECTIONAL)) {
                long dma = mapping.dmaAddress().value();
                assertThat(dma & (4 << 20) - 1).as("natural alignment").isZero();
                assertThat(bench.engine().mismatches(dma, 4 << 20, 3)).isZero();
                assertThat(bench.engine().writePattern(dma, 4 << 20, 9)).isEqualTo(4 << 20);
            }
            assertThat(SimPattern.mismatches(buffer, 9)).isZero();
        }
    }

    @Test
    void cachesOfFreedAddressesAreEmptiedBeforeAMapFailsUnlessTheDeviceMustNot() {
        try (IommuBench bench = open(IommuScene.PLAIN)) {
            DmaDevice device = bench.device();
            device.state().streamingMask(0x1_ffff);
            MemorySegment small = bench.filled(4096, 1);
            List<Long> freed = new ArrayList<>();
            for (long dma = device.mapSingle(small, 0, 4096, DmaDirection.TO_DEVICE, 0);
                    dma != DmaDevice.MAPPING_ERROR;
                    dma = device.mapSingle(small, 0, 4096, DmaDirection.TO_DEVICE, 0)) {
                freed.add(dma);
            }
            freed.forEach(dma -> device.unmapSingle(dma, 4096, DmaDirection.TO_DEVICE, 0));
            MemorySegment large = bench.filled(0x8000, 2);
            device.state().reclaimsIova(false);
            assertThat(device.mapSingle(large, 0, 0x8000, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(DmaDevice.MAPPING_ERROR);
            device.state().reclaimsIova(true);
            long dma = device.mapSingle(large, 0, 0x8000, DmaDirection.TO_DEVICE, 0);
            assertThat(dma).isNotEqualTo(DmaDevice.MAPPING_ERROR);
            device.unmapSingle(dma, 0x8000, DmaDirection.TO_DEVICE, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 31, 32, 36, 48})
    void addressesStayBelowTheMask(int bits) {
        try (IommuBench bench = open(IommuScene.PLAIN.withMaskBits(bits))) {
            long physical = bench.physical(bench.filled(4096, 1));
            for (int i = 0; i < 10; i++) {
                long dma = bench.device().mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0);
                assertThat(dma).isEqualTo((1L << bits) - 4096 * (i + 1L));
            }
        }
    }

    @Test
    void maskBelowOneGranuleIsAcceptedAndThenNothingCanBeMapped() {
        try (IommuBench bench = open(IommuScene.PLAIN)) {
            assertThat(bench.device().setStreamingMask(DmaMask.ofBits(12)).toString())
                    .isEqualTo("OK");
            MemorySegment buffer = bench.filled(4096, 1);
            MapResult result = bench.device().tryMap(buffer, DmaDirection.TO_DEVICE, 0);
            assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.code()).isEqualTo(DmaErrorCode.IOVA_EXHAUSTED);
                assertThat(refused.message())
                        .isEqualTo(
                                "DMA-2009 dev0: cannot map 4096 bytes: no free IO virtual addresses for 4096 bytes at or below"
                                        + " 0xfff. Unmap what is no longer used, or widen the device's mask. [iommu, granule"
                                        + " 4096 bytes, mask 0xfff, bus limit 0x0]");
            });
        }
    }

    @Test
    void busLimitLowersTheAddressesThatTheMaskAllows() {
        DeviceLimits limits =
                new DeviceLimits(-1L, -1L, 0x7fff_ffffL, DmaRangeMap.IDENTITY, true, DmaConstraints.DEFAULT);
        try (IommuBench bench = open(IommuScene.PLAIN.with(limits))) {
            MemorySegment buffer = bench.filled(4096, 1).asSlice(0x100, 512);
            assertThat(bench.device().mapSingle(buffer, 0, 512, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(0x7fff_f100L);
        }
    }

    @Test
    void rangesOfTheBusDoNotMoveAddressesThatTheIommuTranslates() {
        DmaRangeMap ranges = DmaRangeMap.of(List.of(new DmaRange(0, 0xc000_0000L, 1L << 30)));
        DeviceLimits limits = new DeviceLimits(LOW, LOW, LOW, ranges, true, DmaConstraints.DEFAULT);
        try (IommuBench bench = open(IommuScene.PLAIN.with(limits))) {
            MemorySegment buffer = bench.filled(4096, 4);
            long dma = bench.device().mapSingle(buffer, 0, 4096, DmaDirection.TO_DEVICE, 0);
            assertThat(dma).isEqualTo(0xffff_f000L);
            assertThat(bench.engine().mismatches(dma, 4096, 4)).isZero();
        }
    }

    @Test
    void busWhoseRangesTheIommuCannotTranslateIsRefusedAtOpen() {
        DmaRangeMap ranges = DmaRangeMap.of(List.of(new DmaRange(0, 1L << 48, 1L << 30)));
        DeviceLimits limits = new DeviceLimits(-1L, -1L, 0, ranges, true, DmaConstraints.DEFAULT);
        assertThatThrownBy(() -> open(IommuScene.PLAIN.with(limits)))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("DMA-1017")
                .hasMessageContaining("specified DMA range outside IOMMU capability: the bus carries"
                        + " 0x1000000000000-0x100003fffffff, the IOMMU translates 0x0-0xffffffffffff");
    }

    @Test
    void forcedApertureLimitsAndAnAdvisoryOneDoesNot() {
        IommuGeometry narrow = IommuGeometry.PLAIN.withAperture(0, (1L << 39) - 1);
        try (IommuBench bench = open(IommuScene.PLAIN.with(narrow))) {
            long physical = bench.physical(bench.filled(4096, 1));
            assertThat(bench.device().mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(0x7f_ffff_f000L);
        }
        IommuGeometry advisory =
                new IommuGeometry(narrow.pageSizes(), 0, narrow.apertureLast(), false, true, List.of());
        try (IommuBench bench = open(IommuScene.PLAIN.withMaskBits(48).with(advisory))) {
            MapResult result = bench.device().tryMap(bench.filled(4096, 1), DmaDirection.TO_DEVICE, 0);
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo(DmaErrorCode.IOMMU_MAP_FAILED));
            bench.device().setStreamingMask(DmaMask.ofBits(39));
            assertThat(bench.device().tryMap(bench.filled(4096, 1), DmaDirection.TO_DEVICE, 0))
                    .isInstanceOf(Mapped.class);
        }
    }

    @Test
    void lowestAddressOfTheApertureIsHandedOutButNeverZero() {
        IommuGeometry tiny = IommuGeometry.PLAIN.withAperture(0, 0x3fff);
        try (IommuBench bench = open(IommuScene.PLAIN.with(tiny))) {
            assertThat(allAddresses(bench)).containsExactly(0x3000L, 0x2000L, 0x1000L);
        }
        IommuGeometry shifted = IommuGeometry.PLAIN.withAperture(0x10000, 0x12fff);
        try (IommuBench bench = open(IommuScene.PLAIN.with(shifted))) {
            assertThat(allAddresses(bench)).containsExactly(0x12000L, 0x11000L, 0x10000L);
        }
    }

    private static List<Long> allAddresses(IommuBench bench) {
        List<Long> all = new ArrayList<>();
        long physical = bench.physical(bench.filled(4096, 1));
        while (true) {
            long dma = bench.device().mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0);
            if (dma == DmaDevice.MAPPING_ERROR) {
                return all;
            }
            all.add(dma);
        }
    }

    @Test
    void reservedRegionsAreLeftOutAndSoftwareMsiIsNot() {
        IommuGeometry geometry = IommuGeometry.PLAIN.withReserved(List.of(
                region(0x3000, 0x1000, Kind.MSI),
                region(0x6000, 0x1000, Kind.BRIDGE_WINDOW),
                region(0x8000, 0x800, Kind.RESERVED),
                region(0x5000, 0x1000, Kind.SOFTWARE_MSI),
                region(1L << 50, 1L << 40, Kind.BRIDGE_WINDOW)));
        try (IommuBench bench = open(IommuScene.PLAIN.withMaskBits(16).with(geometry))) {
            assertThat(allAddresses(bench))
                    .containsExactly(
                            0xf000L, 0xe000L, 0xd000L, 0xc000L, 0xb000L, 0xa000L, 0x9000L, 0x7000L, 0x5000L, 0x4000L,
                            0x2000L, 0x1000L);
        }
    }

    private static IommuReservedRegion region(long start, long bytes, Kind kind) {
        return new IommuReservedRegion(new MemoryRange(start, bytes), kind);
    }

    @Test
    void regionsToBeMappedUnchangedAreThereBeforeTheFirstMappingAndStay() {
        IommuGeometry geometry = IommuGeometry.PLAIN.withReserved(
                List.of(region(0x10_0000, 0x3000, Kind.DIRECT), region(0x10_2000, 0x2000, Kind.DIRECT)));
        try (IommuBench bench = open(IommuScene.PLAIN.withMaskBits(24).with(geometry))) {
            assertThat(bench.engine().writePattern(0x10_0000, 0x4000, 5)).isEqualTo(0x4000);
            assertThat(SimPattern.mismatches(bench.machine().memory().segment(0x10_0000, 0x4000), 5))
                    .isZero();
            assertThat(bench.engine().writePattern(0x10_4000, 1, 5)).isZero();
        }
    }

    @Test
    void regionThatCannotBeMappedOrIsEmptyIsRefusedAtOpen() {
        IommuGeometry narrow = IommuGeometry.PLAIN.withAperture(0, LOW);
        assertThatThrownBy(() -> open(
                        IommuScene.PLAIN.with(narrow.withReserved(List.of(region(0xffff_f000L, 0x2000, Kind.DIRECT))))))
                .hasMessageContaining(
                        "region 0xfffff000-0x100000fff must be mapped unchanged, but lies outside of the aperture"
                                + " 0x0-0xffffffff. Widen the aperture, or leave the region out.");
        assertThatThrownBy(() -> open(IommuScene.PLAIN.with(
                        narrow.withReserved(List.of(region(0x1_0000_0000L, 0x1000, Kind.RESERVED))))))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining(
                        "region 0x100000000-0x100000fff must stay free, but lies outside of the aperture 0x0-0xffffffff.");
        assertThatThrownBy(() ->
                        open(IommuScene.PLAIN.with(narrow.withReserved(List.of(region(0x1000, 0, Kind.RESERVED))))))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("does not fit into the address space");
    }

    @Test
    void windowsOfTheBridgeAndPlacesOfInterruptsMayLieOutsideOfTheAperture() {
        IommuGeometry narrow = IommuGeometry.PLAIN
                .withAperture(0, 0xff_ffffL)
                .withReserved(List.of(
                        region(0xff_f000L, 0x2000, Kind.BRIDGE_WINDOW), region(0xfee0_0000L, 0x10_0000, Kind.MSI)));
        try (IommuBench bench = open(IommuScene.PLAIN.with(narrow))) {
            assertThat(bench.device().mapSingle(bench.filled(4096, 1), 0, 4096, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(0xff_e000L);
        }
    }

    @Test
    void fixedMapsThatOverlapAtOtherAddressesAreRefusedAndTheFirstStays() {
        IommuGeometry shared = IommuGeometry.PLAIN.withReserved(List.of(region(0x10_0000, 0x3000, Kind.DIRECT)));
        try (IommuBench bench = open(IommuScene.PLAIN.with(shared))) {
            assertThat(bench.domain().map(0x10_2000, 0x20_0000, 0x2000, IommuDomain.READ))
                    .isFalse();
            assertThat(bench.domain().translate(0x10_2000)).isEqualTo(0x10_2000);
            assertThat(bench.domain().translate(0x10_3000)).isEqualTo(IommuDomain.NOT_MAPPED);
        }
    }

    @Test
    void granuleLargerThanThePageIsRefusedAtOpen() {
        IommuGeometry coarse = IommuGeometry.PLAIN.withPageSizes(1 << 16);
        assertThatThrownBy(() -> open(IommuScene.PLAIN.with(coarse)))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining(
                        "the smallest page of the IOMMU is 65536 bytes, and the kernel's page has 4096 bytes");
    }

    @Test
    void deviceThatWantsMoreAddressBitsKeptThanAGranuleHasIsRefusedAndSaidOnce() {
        try (IommuBench bench = open(IommuScene.PLAIN)) {
            bench.device().setConstraints(DmaConstraints.DEFAULT.withMinAlignMask(0xfff));
            assertThat(bench.device().tryMap(bench.filled(4096, 1), DmaDirection.TO_DEVICE, 0))
                    .isInstanceOf(Mapped.class);
            bench.device().setConstraints(DmaConstraints.DEFAULT.withMinAlignMask(0x1fff));
            for (int i = 0; i < 2; i++) {
                assertThat(bench.device().tryMap(bench.filled(4096, 1), DmaDirection.TO_DEVICE, 0))
                        .isInstanceOf(Refused.class);
            }
            assertThat(bench.log()).containsExactly("dev0: Unsupported alignment constraint");
        }
    }

    @Test
    void pciFunctionLeavesTheLow4GibForGoodWhenTheyAreFull() {
        IommuGeometry geometry = IommuGeometry.PLAIN.withReserved(List.of(region(0x3000, 0xffff_d000L, Kind.RESERVED)));
        try (IommuBench bench = open(IommuScene.PLAIN.withMaskBits(39).onPci().with(geometry))) {
            long physical = bench.physical(bench.filled(4096, 1));
            DmaDevice device = bench.device();
            assertThat(device.mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(0x2000);
            long second = device.mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0);
            assertThat(second).isEqualTo(0x1000);
            assertThat(bench.log()).isEmpty();
            assertThat(device.mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(0x7f_ffff_f000L);
            assertThat(bench.log()).containsExactly("dev0: Using 39-bit DMA addresses");
            device.unmapSingle(second, 4096, DmaDirection.TO_DEVICE, 0);
            assertThat(device.mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0))
                    .as("from the cache of freed ranges, as finding 24 says")
                    .isEqualTo(0x1000);
            assertThat(device.mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(0x7f_ffff_e000L);
        }
    }

    @Test
    void directionIsWhatTheDeviceMayDo() {
        try (IommuBench bench = open(IommuScene.PLAIN)) {
            MemorySegment buffer = bench.filled(4096, 1);
            try (var mapping = bench.device().map(buffer, DmaDirection.TO_DEVICE)) {
                assertThat(bench.engine().writePattern(mapping.dmaAddress().value(), 16, 2))
                        .isZero();
            }
            try (var mapping = bench.device().map(buffer, DmaDirection.FROM_DEVICE)) {
                assertThat(bench.engine().checksum(mapping.dmaAddress().value(), 16))
                        .isEqualTo(-1);
            }
            assertThat(bench.engine().faults())
                    .extracting(SimFault::reason)
                    .containsExactly(Reason.IOMMU_NOT_WRITABLE, Reason.IOMMU_NOT_READABLE);
            assertThat(SimPattern.mismatches(buffer, 1)).isZero();
        }
    }

    @Test
    void registersOfAnotherDeviceAreReachedAsAResourceAndNothingBeside() {
        try (IommuBench bench = open(IommuScene.PLAIN)) {
            MemorySegment registers = MemorySegment.ofArray(new byte[0x2000]);
            bench.machine().devices().addRegisters(0xfe00_0000L, registers);
            long dma = bench.device().mapResource(0xfe00_0010L, 0x20, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(dma & 0xfff).isEqualTo(0x10);
            assertThat(bench.engine().writePattern(dma, 0x20, 6)).isEqualTo(0x20);
            assertThat(SimPattern.mismatches(registers.asSlice(0x10, 0x20), 6)).isZero();
            assertThat(bench.engine().writePattern((dma | 0xfff) + 1, 1, 6)).isZero();
            bench.device().unmapResource(dma, 0x20, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(bench.engine().writePattern(dma, 1, 6)).isZero();
            assertThat(bench.domain().mappedBytes()).isZero();
        }
    }

    @Test
    void cacheMaintenanceIsDoneUnlessTheCallerSaysOtherwise() {
        try (IommuBench bench = open(IommuScene.PLAIN.withoutSnooping())) {
            MemorySegment buffer = bench.filled(4096, 1);
            long physical = bench.physical(buffer);
            long dma = bench.device().mapSingle(physical, 4096, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(bench.engine().mismatches(dma, 4096, 1)).isZero();
            bench.engine().writePattern(dma, 4096, 2);
            bench.device().unmapSingle(dma, 4096, DmaDirection.BIDIRECTIONAL, 0);
            assertThat(SimPattern.mismatches(buffer, 2)).isZero();

            SimPattern.fill(buffer, 3);
            dma = bench.device().mapSingle(physical, 4096, DmaDirection.TO_DEVICE, DmaAttributes.SKIP_CPU_SYNC);
            assertThat(bench.engine().mismatches(dma, 4096, 3)).isPositive();
        }
    }

    @Test
    void queriesAreThoseOfLinux() {
        try (IommuBench bench = open(IommuScene.PLAIN.withMaskBits(32))) {
            DmaDevice device = bench.device();
            assertThat(device.maxMappingBytes()).isEqualTo(Long.MAX_VALUE);
            assertThat(device.optimalMappingBytes()).isEqualTo(131072);
            assertThat(device.mergeBoundary()).isEqualTo(0xfff);
            assertThat(device.requiredMask()).isEqualTo(DmaMask.ofBits(32));
            assertThat(device.addressingLimited()).isFalse();
            device.setStreamingMask(DmaMask.ofBits(24));
            assertThat(device.addressingLimited()).isTrue();
        }
        try (IommuBench bench = open(IommuScene.PLAIN.withoutTrust())) {
            assertThat(bench.device().maxMappingBytes())
                    .as("also without a pool, as recorded in vtd-untrusted-1g")
                    .isEqualTo(262144);
        }
    }
}
