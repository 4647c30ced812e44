package dev.dmaops.backend.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.machine.sim.SimCpus;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PoolPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Direct or bounced, seen through a device: a board with 4 GiB and buses that reach less. */
class SwiotlbBackendTest {
    private static final long GIB = 1L << 30;
    private static final long LOW = 512 << 20;
    private static final long HIGH = 6 * GIB;
    private static final DmaRangeMap SOC = DmaRangeMap.of(List.of(new DmaRange(0, 0xc000_0000L, GIB)));

    private final SimMachine machine =
            SimMachine.builder().ram(0, 8 * GIB).zones(GIB - 1, true).cpus(4).open();
    private final PoolContext context = new PoolContext(machine, "DMA_BOUNCE_UNALIGNED_KMALLOC", "DMA_DIRECT_REMAP");
    private final BouncePool pool = pool(PoolKind.DEFAULT, 4096, false, GIB - 1);
    private final DmaBackend backend = new SwiotlbBackend().open(context);

    private final SimCpus.Pin pin = machine.cpus().pin(0);

    @AfterEach
    void close() {
        pin.close();
        backend.close();
        machine.close();
    }

    private BouncePool pool(PoolKind kind, int slots, boolean forced, long limit) {
        return Objects.requireNonNull(
                new SwiotlbPools().create(new PoolPlan("default", kind, slots, 4, forced, limit, 0, 0), context, null));
    }

    private DmaDevice device(DmaRangeMap ranges, long busLimit, boolean coherent, BouncePool behind) {
        DmaDeviceState state = new DmaDeviceState(
                new DeviceLimits(0xffff_ffffL, 0xffff_ffffL, busLimit, ranges, coherent, DmaConstraints.DEFAULT),
                "mmc",
                false);
        BackendChoice choice = new BackendChoice(
                "mmc",
                "swiotlb",
                BounceMode.POSSIBLE,
                PoolKind.DEFAULT,
                IommuDomainType.NONE,
                SetMaskOutcome.OK,
                List.of());
        return new DmaDevice(state, backend.bind(state, choice, behind), choice, machine.memory(), 4096);
    }

    private DmaDevice plain() {
        return device(DmaRangeMap.IDENTITY, 0, true, pool);
    }

    @Test
    void whatTheDeviceReachesIsMappedAsItIs() {
        DmaDevice device = plain();
        MemorySegment buffer = machine.memory().segment(LOW + 5, 1000);
        try (DmaMapping mapping = device.map(buffer, DmaDirection.TO_DEVICE)) {
            assertThat(mapping.dmaAddress().value()).isEqualTo(LOW + 5);
            assertThat(mapping.bounced()).isFalse();
        }
        assertThat(pool.statistics().mappings()).isZero();
    }

    @Test
    void aBufferAboveTheMaskBounces() {
        try (DmaMapping mapping = plain().map(machine.memory().segment(HIGH, 1000), DmaDirection.TO_DEVICE)) {
            assertThat(mapping.bounceReason()).isEqualTo(BounceReason.ADDRESS_ABOVE_LIMIT);
            assertThat(mapping.dmaAddress().value()).isEqualTo(pool.start());
        }
        assertThat(pool.statistics().usedSlots()).isZero();
    }

    @Test
    void aBufferThatEndsAtTheBusLimitIsMappedAndOneByteMoreBounces() {
        DmaDevice device = device(DmaRangeMap.of(List.of(new DmaRange(0, 0, 0xc000_0000L))), 0xbfff_ffffL, true, pool);
        try (DmaMapping fits = device.map(machine.memory().segment(0xbfff_f000L, 4096), DmaDirection.TO_DEVICE);
                DmaMapping over = device.map(machine.memory().segment(0xbfff_f000L, 4097), DmaDirection.TO_DEVICE);
                DmaMapping out = device.map(machine.memory().segment(0xc000_0000L, 1), DmaDirection.TO_DEVICE)) {
            assertThat(fits.bounceReason()).isNull();
            assertThat(over.bounceReason()).isEqualTo(BounceReason.ADDRESS_ABOVE_LIMIT);
            assertThat(out.bounceReason()).isEqualTo(BounceReason.OUTSIDE_DMA_RANGES);
        }
    }

    @Test
    void theBusOffsetIsAddedToBuffersAndToBounceSlots() {
        DmaDevice device = device(SOC, 0xffff_ffffL, true, pool);
        try (DmaMapping direct = device.map(machine.memory().segment(0x3b40_0000L, 64), DmaDirection.TO_DEVICE);
                DmaMapping bounced = device.map(machine.memory().segment(GIB, 64), DmaDirection.TO_DEVICE)) {
            assertThat(direct.dmaAddress().value()).isEqualTo(0xfb40_0000L);
            assertThat(bounced.bounceReason()).isEqualTo(BounceReason.OUTSIDE_DMA_RANGES);
            assertThat(bounced.dmaAddress().value()).isEqualTo(pool.start() + 0xc000_0000L);
        }
    }

    @Test
    void smallBuffersOfADeviceThatDoesNotSnoopBounceUnlessTheCpuOnlyWrote() {
        DmaDevice device = device(DmaRangeMap.IDENTITY, 0, false, pool);
        MemorySegment small = machine.memory().segment(LOW, 65);
        try (DmaMapping in = device.map(small, DmaDirection.FROM_DEVICE);
                DmaMapping out = device.map(small, DmaDirection.TO_DEVICE);
                DmaMapping rounded = device.map(machine.memory().segment(LOW, 33), DmaDirection.FROM_DEVICE)) {
            assertThat(in.bounceReason()).isEqualTo(BounceReason.SMALL_UNALIGNED_BUFFER);
            assertThat(out.bounceReason()).isNull();
            assertThat(rounded.bounceReason()).isNull();
        }
        assertThat(context.maintenance)
                .startsWith("device 0x" + Long.toHexString(pool.start()) + "+65", "device 0x20000000+65");
    }

    @Test
    void aForcedPoolTakesEverything() {
        BouncePool forced = pool(PoolKind.DEFAULT, 1024, true, 0xffff_ffffL);
        DmaDevice device = device(DmaRangeMap.IDENTITY, 0, true, forced);
        try (DmaMapping mapping = device.map(machine.memory().segment(LOW, 64), DmaDirection.TO_DEVICE)) {
            assertThat(mapping.bounceReason()).isEqualTo(BounceReason.FORCED_BY_CONFIG);
        }
        assertThat(device.maxMappingBytes()).isEqualTo(262144);
    }

    @Test
    void aJavaArrayIsADmaBuffer() {
        byte[] array = {1, 2, 3, 4};
        try (DmaMapping mapping = plain().map(MemorySegment.ofArray(array), DmaDirection.FROM_DEVICE)) {
            assertThat(mapping.bounceReason()).isEqualTo(BounceReason.NOT_DEVICE_MEMORY);
            machine.memory().segment(mapping.dmaAddress().value(), 2).fill((byte) 9);
        }
        assertThat(array).containsExactly(9, 9, 3, 4);
    }

    @Test
    void aPoolOutOfReachIsReportedAtOpenAndRefusedAtMapWithoutHoldingSlots() {
        BouncePool high = pool(PoolKind.DEFAULT, 1024, false, 4 * GIB);
        DmaDevice narrow = device(DmaRangeMap.IDENTITY, 0x1fff_ffffL, true, high);
        assertThat(context.log).singleElement().asString().startsWith("mmc: DMA-1018 mmc: pool default at 0x");
        context.log.clear();
        for (int i = 0; i < 2; i++) {
            assertThat(narrow.tryMap(machine.memory().segment(HIGH, 100), DmaDirection.TO_DEVICE, 0))
                    .isInstanceOfSatisfying(Refused.class, refused -> {
                        assertThat(refused.code()).isEqualTo(DmaErrorCode.POOL_OUT_OF_REACH);
                        assertThat(refused.linuxErrno()).isEqualTo(-5);
                    });
        }
        assertThat(context.log)
                .containsExactly("mmc: swiotlb addr " + String.format("0x%016x", high.start())
                        + "+100 overflow (mask ffffffff, bus limit 1fffffff).");
        assertThat(high.statistics().usedSlots()).isZero();
        assertThat(high.state().areas().getFirst().index()).isEqualTo(2);
    }

    @Test
    void aScatterListThatFailsHalfwayGivesEverythingBackWithoutCopying() {
        DmaDevice device = plain();
        MemorySegment first = machine.memory().segment(HIGH, 4096);
        ScatterList list = new ScatterList();
        list.add(first)
                .add(machine.memory().segment(LOW, 64))
                .add(machine.memory().segment(HIGH + 4096, 300_000));
        assertThat(device.mapScatter(list, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE))
                .isZero();
        Refused refused = Objects.requireNonNull(list.refusal());
        assertThat(refused.code()).isEqualTo(DmaErrorCode.REQUEST_TOO_LARGE);
        assertThat(refused.linuxErrno()).isEqualTo(-5);
        assertThat(pool.statistics().usedSlots()).isZero();
        assertThat(pool.statistics().bytesToCpu()).isZero();
    }

    @Test
    void aScatterListIsMappedEntryByEntryAndNeverJoined() {
        DmaDevice device = plain();
        ScatterList list = new ScatterList();
        list.addPhysical(LOW, 4096).addPhysical(LOW + 4096, 4096).addPhysical(HIGH, 5000);
        assertThat(device.mapScatter(list, DmaDirection.BIDIRECTIONAL, 0)).isEqualTo(3);
        assertThat(list.dmaAddress(0)).isEqualTo(LOW);
        assertThat(list.dmaAddress(1)).isEqualTo(LOW + 4096);
        machine.memory().segment(list.dmaAddress(2), 5000).fill((byte) 8);
        device.syncScatterForCpu(list, DmaDirection.BIDIRECTIONAL);
        assertThat(machine.memory().segment(HIGH, 5000).toArray(ValueLayout.JAVA_BYTE))
                .containsOnly(8);
        device.unmapScatter(list, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(pool.statistics().usedSlots()).isZero();
    }

    @Test
    void syncsAreSkippedUntilTheFirstBounce() {
        DmaDevice device = plain();
        assertThat(device.needsSync(LOW)).isFalse();
        assertThat(device.setStreamingMask(DmaMask.BITS_32)).isEqualTo(SetMaskOutcome.OK);
        assertThat(device.state().skipSync()).isTrue();
        assertThat(device.tryMap(machine.memory().segment(HIGH, 64), DmaDirection.TO_DEVICE, 0))
                .isInstanceOf(Mapped.class);
        assertThat(device.state().skipSync()).isFalse();
        assertThat(device.needsSync(pool.start())).isTrue();
    }

    @Test
    void refusalsSayWhichLimitWithNumbers() {
        DmaDevice device = plain();
        assertThat(refusal(device, 262_145))
                .isEqualTo(
                        "DMA-2002 mmc: cannot map 262145 bytes: one mapping may use at most 262144 bytes (128 slots of"
                                + " 2048, less 0 bytes for the device's alignment). Split the buffer (maxMappingBytes). [swiotlb,"
                                + " pool default: 0 of 4096 slots used]");
        for (int i = 0; i < 4096; i++) {
            assertThat(device.mapSingle(HIGH + i * 4096L, 100, DmaDirection.TO_DEVICE, 0))
                    .isNotEqualTo(DmaDevice.MAPPING_ERROR);
        }
        assertThat(refusal(device, 4096))
                .isEqualTo(
                        "DMA-2004 mmc: cannot map 4096 bytes: it needs 2 slots of 2048 bytes and the pool has 0 free."
                                + " Unmap what is no longer needed, or make the pool larger (swiotlb=SLOTS on the kernel's command"
                                + " line). [swiotlb, pool default: 4096 of 4096 slots used]");
        for (int i = 0; i < 4096; i += 2) {
            device.unmapSingle(pool.start() + i * 2048L, 100, DmaDirection.TO_DEVICE, 0);
        }
        assertThat(refusal(device, 4096))
                .isEqualTo(
                        "DMA-2003 mmc: cannot map 4096 bytes: it needs a run of 2 free slots of 2048 bytes; 2048 slots"
                                + " are free, the longest run has 1. Map smaller pieces, or make the pool larger (swiotlb=SLOTS on"
                                + " the kernel's command line). [swiotlb, pool default: 2048 of 4096 slots used]");
    }

    private String refusal(DmaDevice device, long bytes) {
        return switch (device.tryMap(machine.memory().segment(HIGH, bytes), DmaDirection.TO_DEVICE, 0)) {
            case Refused refused -> refused.message();
            case Mapped mapped -> "mapped " + mapped;
        };
    }
}
