package dev.dmaops.backend.direct;

import static dev.dmaops.backend.direct.TestDevices.GIB;
import static dev.dmaops.backend.direct.TestDevices.MASK_32;
import static dev.dmaops.backend.direct.TestDevices.SOC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryEncryption;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.InOrder;
import org.mockito.Mockito;

class DirectOpsTest {
    private final SimMachine machine =
            SimMachine.builder().ram(0, 8 * GIB).zones(0xff_ffff, true).open();
    private final DirectContext context = new DirectContext(machine, "DMA_BOUNCE_UNALIGNED_KMALLOC");

    @AfterEach
    void close() {
        machine.close();
    }

    private DmaDevice device(long mask, long busLimit, DmaRangeMap ranges, boolean coherent) {
        return TestDevices.device(context, TestDevices.state(mask, busLimit, ranges, coherent), null);
    }

    private static BouncePool pool(boolean forced, boolean restricted) {
        BouncePool pool = Mockito.mock(BouncePool.class);
        Mockito.when(pool.forced()).thenReturn(forced);
        Mockito.when(pool.restricted()).thenReturn(restricted);
        Mockito.when(pool.start()).thenReturn(0x1000_0000L);
        Mockito.when(pool.bytes()).thenReturn(0x10_0000L);
        Mockito.when(pool.contains(anyLong())).thenAnswer(call -> {
            long at = call.getArgument(0);
            return at >= 0x1000_0000L && at < 0x1010_0000L;
        });
        Mockito.when(pool.map(any(), anyLong(), anyLong(), anyLong(), any(), anyInt(), any()))
                .thenReturn(0x1000_0800L);
        return pool;
    }

    private long map(DmaDevice device, long physical, long bytes) {
        return device.mapSingle(physical, bytes, DmaDirection.BIDIRECTIONAL, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "0x3b400000, 4096, 0xfb400000",
        "0, 1, 0xc0000000",
        "0x3fffffff, 1, 0xffffffff",
        "0x40000000, 1, -1",
        "0x3fffffff, 2, -1"
    })
    void aBusWithOneWindowAddsItsOffsetAndReachesNothingElse(String physical, long bytes, String dma) {
        DmaDevice device = device(MASK_32, MASK_32, SOC, true);
        assertThat(map(device, Long.decode(physical), bytes)).isEqualTo(Long.decode(dma));
    }

    @Test
    void theFirstWindowThatContainsTheAddressDecides() {
        DmaRangeMap ranges = DmaRangeMap.of(List.of(
                new DmaRange(0x8000_0000L, 0, 0x1000_0000L), new DmaRange(0x8800_0000L, 0x4000_0000L, 0x2000_0000L)));
        DmaDevice device = device(MASK_32, 0, ranges, true);
        assertThat(map(device, 0x8800_1000L, 64)).isEqualTo(0x0800_1000L);
        assertThat(map(device, 0x9000_0000L, 64)).isEqualTo(0x4800_0000L);
        device.unmapSingle(0x4800_0000L, 64, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(device.tryMap(new dev.dmaops.api.PhysicalAddress(0x7000_0000L), 64, DmaDirection.TO_DEVICE, 0))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.message()).contains("in no window of its bus"));
    }

    @Test
    void withoutAPoolABufferOutOfReachIsRefusedAndLoggedOnce() {
        DmaDevice device = device(MASK_32, 0, DmaRangeMap.IDENTITY, true);
        MemorySegment high = machine.memory().segment(5 * GIB, 4096);
        Refused refused = (Refused) device.tryMap(high, DmaDirection.TO_DEVICE, 0);
        device.tryMap(high, DmaDirection.TO_DEVICE, 0);
        assertThat(refused.code()).isEqualTo(DmaErrorCode.OUT_OF_REACH);
        assertThat(refused.linuxErrno()).isEqualTo(-5);
        assertThat(refused.message())
                .startsWith(
                        "DMA-2001 net: cannot map 4096 bytes: it starts at physical 0x140000000 (DMA 0x140000000), and the"
                                + " device reaches DMA addresses up to 0xffffffff (mask 0xffffffff, bus limit 0x0). ");
        assertThat(context.log)
                .containsExactly("net: DMA addr 0x0000000140000000+4096 overflow (mask ffffffff, bus limit 0).");
    }

    @Test
    void heapMemoryNeedsAPool() {
        DmaDevice device = device(MASK_32, 0, DmaRangeMap.IDENTITY, true);
        assertThat(device.tryMap(MemorySegment.ofArray(new byte[8]), DmaDirection.TO_DEVICE, 0))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(DmaErrorCode.NOT_DEVICE_MEMORY));
    }

    @Test
    void anEmptyMappingIsItsAddress() {
        assertThat(map(device(MASK_32, 0, DmaRangeMap.IDENTITY, true), 4096, 0)).isEqualTo(4096);
    }

    @Test
    void theLowerOfMaskAndBusLimitCountsAndAZeroDoesNot() {
        assertThat(map(device(-1L, 0x7fff_ffffL, DmaRangeMap.IDENTITY, true), 0x7fff_ffffL, 2))
                .isEqualTo(-1);
        assertThat(map(device(-1L, 0, DmaRangeMap.IDENTITY, true), 6 * GIB, 2)).isEqualTo(6 * GIB);
        assertThat(map(device(0x7fff_ffffL, MASK_32, DmaRangeMap.IDENTITY, true), 0x7fff_fffeL, 2))
                .isEqualTo(0x7fff_fffeL);
    }

    @Test
    void cachesAreMaintainedForDevicesThatDoNotSnoopUnlessSkipped() {
        DmaDevice device = device(MASK_32, 0, DmaRangeMap.IDENTITY, false);
        device.mapSingle(4096, 100, DmaDirection.FROM_DEVICE, DmaAttributes.SKIP_CPU_SYNC);
        device.unmapSingle(4096, 100, DmaDirection.FROM_DEVICE, DmaAttributes.SKIP_CPU_SYNC);
        assertThat(context.maintenance).isEmpty();
        device.mapSingle(4096, 100, DmaDirection.FROM_DEVICE, 0);
        device.syncForCpu(4100, 8, DmaDirection.FROM_DEVICE);
        device.syncForDevice(4100, 8, DmaDirection.FROM_DEVICE);
        device.unmapSingle(4096, 100, DmaDirection.FROM_DEVICE, 0);
        assertThat(context.maintenance)
                .containsExactly("device 0x1000+100", "cpu 0x1004+8", "device 0x1004+8", "cpu 0x1000+100");
        assertThat(device.needsSync(4096)).isTrue();
    }

    @Test
    void aForcedPoolIsAskedBeforeAnythingElse() {
        BouncePool pool = pool(true, false);
        DmaDevice device = TestDevices.device(context, TestDevices.state(MASK_32, 0, DmaRangeMap.IDENTITY, true), pool);
        assertThat(map(device, 4096, 64)).isEqualTo(0x1000_0800L);
        Mockito.verify(pool)
                .map(
                        any(),
                        eq(4096L),
                        eq(64L),
                        eq(0L),
                        eq(DmaDirection.BIDIRECTIONAL),
                        eq(0),
                        eq(BounceReason.FORCED_BY_CONFIG));
        assertThat(device.mapResource(4096, 64, DmaDirection.TO_DEVICE, 0)).isEqualTo(4096);
    }

    @Test
    void theReasonOfAForcedBounceIsThePoolOrTheGuest() {
        BouncePool restricted = pool(true, true);
        map(
                TestDevices.device(context, TestDevices.state(MASK_32, 0, DmaRangeMap.IDENTITY, true), restricted),
                4096,
                64);
        Mockito.verify(restricted)
                .map(any(), anyLong(), anyLong(), anyLong(), any(), anyInt(), eq(BounceReason.RESTRICTED_POOL));
        context.hooks.add(MemoryEncryption.SEV);
        BouncePool guest = pool(true, false);
        map(TestDevices.device(context, TestDevices.state(MASK_32, 0, DmaRangeMap.IDENTITY, true), guest), 4096, 64);
        Mockito.verify(guest)
                .map(
                        any(),
                        anyLong(),
                        anyLong(),
                        anyLong(),
                        any(),
                        anyInt(),
                        eq(BounceReason.FORCED_CONFIDENTIAL_GUEST));
    }

    @Test
    void aBouncedSyncForTheDeviceCopiesBeforeTheCachesAndForTheCpuAfter() {
        BouncePool pool = pool(true, false);
        dev.dmaops.spi.CacheMaintenance caches = Mockito.mock(dev.dmaops.spi.CacheMaintenance.class);
        DirectContext spied = Mockito.spy(context);
        Mockito.when(spied.caches()).thenReturn(caches);
        DmaDevice device = TestDevices.device(spied, TestDevices.state(MASK_32, 0, DmaRangeMap.IDENTITY, false), pool);
        InOrder order = Mockito.inOrder(pool, caches);
        device.syncForDevice(0x1000_0800L, 64, DmaDirection.BIDIRECTIONAL);
        order.verify(pool).syncForDevice(any(), eq(0x1000_0800L), eq(64L), any());
        order.verify(caches).forDevice(0x1000_0800L, 64, DmaDirection.BIDIRECTIONAL);
        device.syncForCpu(0x1000_0800L, 64, DmaDirection.BIDIRECTIONAL);
        order.verify(caches).forCpu(0x1000_0800L, 64, DmaDirection.BIDIRECTIONAL);
        order.verify(pool).syncForCpu(any(), eq(0x1000_0800L), eq(64L), any());
    }

    @Test
    void registersAreNeitherTranslatedNorBounced() {
        DmaDevice device = device(MASK_32, 0, SOC, true);
        assertThat(device.mapResource(0xfe00_0000L, 64, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(0xfe00_0000L);
        assertThat(device.mapResource(0x1_0000_0000L, 64, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(-1);
        assertThat(context.log).singleElement().asString().contains("DMA addr 0x0000000100000000+64 overflow");
    }

    @Test
    void from618RegistersAreRefusedWhereEverythingBounces() {
        context.version = KernelVersion.of(6, 18);
        DmaDevice device = TestDevices.device(
                context, TestDevices.state(MASK_32, 0, DmaRangeMap.IDENTITY, true), pool(true, false));
        assertThat(device.mapResource(0xfe00_0000L, 64, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(-1);
    }

    @Test
    void aDeviceWithoutMaskIsRefusedWithLinuxsAnswers() {
        DmaDevice device = device(MASK_32, 0, DmaRangeMap.IDENTITY, true);
        device.state().withoutStreamingMask();
        device.refreshWindow();
        assertThat(map(device, 4096, 64)).isEqualTo(-1);
        ScatterList list = new ScatterList().addPhysical(4096, 64);
        assertThat(device.mapScatter(list, DmaDirection.TO_DEVICE, 0)).isZero();
        Refused refused = Objects.requireNonNull(list.refusal());
        assertThat(refused.code()).isEqualTo(DmaErrorCode.NO_STREAMING_MASK);
        assertThat(refused.linuxErrno()).isZero();
        device.allocateCoherent(4096).close();
    }

    @Test
    void aScatterListIsAllOrNothing() {
        DmaDevice device = device(MASK_32, 0, DmaRangeMap.IDENTITY, true);
        ScatterList list = new ScatterList().addPhysical(4096, 64).addPhysical(8192, 64);
        assertThat(device.mapScatter(list, DmaDirection.TO_DEVICE, 0)).isEqualTo(2);
        device.unmapScatter(list, DmaDirection.TO_DEVICE, 0);
        list.addPhysical(5 * GIB, 64);
        assertThat(device.mapScatter(list, DmaDirection.TO_DEVICE, 0)).isZero();
        assertThat(Objects.requireNonNull(list.refusal()).linuxErrno()).isEqualTo(-5);
    }

    @Test
    void masksOf24BitsAreTheNarrowestThatAreAccepted() {
        DmaDevice device = device(MASK_32, 0, DmaRangeMap.IDENTITY, true);
        assertThat(device.supports(DmaMask.ofBits(23))).isFalse();
        assertThat(device.supports(DmaMask.ofBits(24))).isTrue();
        assertThat(device.supports(DmaMask.ofBits(64))).isTrue();
    }

    @Test
    void theRequiredMaskReachesTheLastPage() {
        assertThat(device(MASK_32, 0, DmaRangeMap.IDENTITY, true).requiredMask())
                .isEqualTo(DmaMask.ofBits(33));
        assertThat(device(MASK_32, 0, SOC, true).requiredMask()).isEqualTo(DmaMask.ALL);
    }

    @Test
    void addressingIsLimitedByMaskBusOrWindows() {
        assertThat(device(MASK_32, 0, DmaRangeMap.IDENTITY, true).addressingLimited())
                .isTrue();
        assertThat(device(-1L, 0, DmaRangeMap.IDENTITY, true).addressingLimited())
                .isFalse();
        assertThat(device(-1L, MASK_32, DmaRangeMap.IDENTITY, true).addressingLimited())
                .isTrue();
        DmaRangeMap hole = DmaRangeMap.of(List.of(new DmaRange(0, 0, GIB), new DmaRange(2 * GIB, 2 * GIB, 6 * GIB)));
        assertThat(device(-1L, 0, hole, true).addressingLimited()).isTrue();
    }

    @Test
    void theLongestMappingIsThePoolsOnlyWhereBouncingIsPossible() {
        BouncePool pool = pool(false, false);
        Mockito.when(pool.maxMappingBytes(any())).thenReturn(262144L);
        assertThat(TestDevices.device(context, TestDevices.state(-1L, 0, DmaRangeMap.IDENTITY, true), pool)
                        .maxMappingBytes())
                .isEqualTo(Long.MAX_VALUE);
        assertThat(TestDevices.device(context, TestDevices.state(MASK_32, 0, DmaRangeMap.IDENTITY, true), pool)
                        .maxMappingBytes())
                .isEqualTo(262144);
    }

    @Test
    void theWindowIsWhereMappingIsAdditionAlone() {
        assertThat(DirectWindows.of(TestDevices.state(MASK_32, 0, DmaRangeMap.IDENTITY, true), null))
                .isEqualTo(new DirectWindow(0, MASK_32, 0, 0, 0));
        assertThat(DirectWindows.of(TestDevices.state(-1L, 0, DmaRangeMap.IDENTITY, true), null))
                .isEqualTo(new DirectWindow(0, Long.MAX_VALUE - 1, 0, 0, 0));
        assertThat(DirectWindows.of(TestDevices.state(MASK_32, 0xefff_ffffL, SOC, true), pool(false, false)))
                .isEqualTo(new DirectWindow(0, 0x2fff_ffffL, 0xc000_0000L, 0x1000_0000L, 0x10_0000L));
        assertThat(DirectWindows.of(TestDevices.state(0x7fff_ffffL, 0, SOC, true), null))
                .isNull();
    }

    @Test
    void beforeDeviceLevelSkippingSyncsAreAlwaysMade() {
        context.version = KernelVersion.of(6, 1);
        DmaDevice device = device(MASK_32, 0, DmaRangeMap.IDENTITY, true);
        device.setStreamingMask(DmaMask.BITS_32);
        assertThat(device.state().skipSync()).isFalse();
        assertThat(device.needsSync(4096)).isFalse();
    }
}
