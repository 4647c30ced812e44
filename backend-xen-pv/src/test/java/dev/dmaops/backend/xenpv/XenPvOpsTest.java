package dev.dmaops.backend.xenpv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationRefused;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.Refusals;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class XenPvOpsTest {
    private static final long ALL = -1L;
    private static final long BELOW_4_GIB = 0xffff_ffffL;
    private static final long SHIFTED = PvDomain.DISTANCE << 12;

    private PvDomain domain = new PvDomain("6.12");

    @AfterEach
    void close() {
        domain.close();
    }

    private BouncePool lowPool() {
        for (long set = 0; set < 8; set++) {
            domain.free(6, 0x800 + set * 0x100);
        }
        return domain.pool(1024, true);
    }

    @Test
    void bufferIsTranslatedToItsMachineFrame() {
        DmaOps ops = domain.device(ALL, lowPool());

        assertThat(ops.map(0x12_3456, 100, DmaDirection.TO_DEVICE, 0)).isEqualTo(SHIFTED + 0x12_3456);
        assertThat(ops.map(0x12_3456, 9000, DmaDirection.TO_DEVICE, 0)).isEqualTo(SHIFTED + 0x12_3456);
    }

    @Test
    void framesThatAreNotNeighboursBounceIntoAPoolThatIsContiguous() {
        BouncePool pool = lowPool();
        DmaOps ops = domain.device(ALL, pool);
        domain.frames.put(0x124L, 0x7_0000L);
        SimPattern.fill(domain.machine.memory().segment(0x12_3000, 8192), 5);

        long dma = ops.map(0x12_3000, 8192, DmaDirection.BIDIRECTIONAL, 0);

        assertThat(ops.bounceReason(dma)).isEqualTo(BounceReason.STRADDLES_MACHINE_FRAMES);
        assertThat(dma).isBetween(0x80_0000L, 0xf3_ffffL);
        long slot = pool.start() + (dma - 0x80_0000);
        assertThat(SimPattern.mismatches(domain.machine.memory().segment(slot, 8192), 5))
                .isZero();
        SimPattern.fill(domain.machine.memory().segment(slot, 8192), 6);
        ops.unmap(dma, 8192, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(SimPattern.mismatches(domain.machine.memory().segment(0x12_3000, 8192), 6))
                .isZero();
        assertThat(pool.statistics().usedSlots()).isZero();
    }

    @Test
    void narrowDeviceBouncesAndTheSlotsMachineAddressDecides() {
        DmaOps ops = domain.device(BELOW_4_GIB >>> 4, lowPool());

        long dma = ops.map(0x12_3000, 64, DmaDirection.TO_DEVICE, 0);
        assertThat(ops.bounceReason(dma)).isEqualTo(BounceReason.ADDRESS_ABOVE_LIMIT);
        assertThat(Refusals.code(
                        domain.device(0xffff, domain.pool(512, false)).map(0x12_3000, 64, DmaDirection.TO_DEVICE, 0)))
                .isEqualTo(DmaErrorCode.POOL_OUT_OF_REACH);
    }

    @Test
    void maskMustReachTheMachineAddressOfThePoolsLastByte() {
        DmaOps ops = domain.device(ALL, lowPool());
        long last = 0x800 + 7 * 0x100 + 63;

        assertThat(ops.supports((last << 12) | 0xfff)).isTrue();
        assertThat(ops.supports(((last << 12) | 0xfff) - 1)).isFalse();
    }

    @Test
    void frameWithoutMachineFrameIsRefused() {
        DmaOps ops = domain.device(ALL, lowPool());
        domain.frames.put(0x123L, BusFrames.NO_FRAME);

        assertThat(Refusals.code(ops.map(0x12_3000, 64, DmaDirection.TO_DEVICE, 0)))
                .isEqualTo(DmaErrorCode.NOT_DEVICE_MEMORY);
    }

    @Test
    void addressThatBelongsToNobodyHereIsNoPoolAddress() {
        DmaOps ops = domain.device(ALL, lowPool());
        domain.frames.put(0x123L, 0x5_0000L);
        long foreign = ops.map(0x12_3000, 64, DmaDirection.TO_DEVICE, 0);
        domain.frames.remove(0x123L);

        ops.unmap(foreign, 64, DmaDirection.TO_DEVICE, 0);

        assertThat(ops.bounceReason(foreign)).isNull();
    }

    @Test
    void poolWidthGrowsOnlyWhenRefusedAndNeverStartsAgain() {
        domain.free(6, 0x800);
        domain.free(6, 0x4_0000);
        domain.free(6, 0x840);
        domain.exchanges.clear();

        assertThat(domain.backend.poolFixup()).isNotNull();
        assertThat(new ContiguousPool(
                                domain.context
                                        .hook(dev.dmaops.spi.MachineContiguity.class)
                                        .orElseThrow(),
                                domain.context)
                        .prepare(0x10_0000, 384))
                .isTrue();

        assertThat(domain.exchanges)
                .containsExactly(
                        "order 6 below 2^18",
                        "order 6 below 2^19",
                        "order 6 below 2^20",
                        "order 6 below 2^21",
                        "order 6 below 2^22",
                        "order 6 below 2^23",
                        "order 6 below 2^24",
                        "order 6 below 2^24",
                        "order 6 below 2^24",
                        "order 6 below 2^25",
                        "order 6 below 2^26",
                        "order 6 below 2^27",
                        "order 6 below 2^28",
                        "order 6 below 2^29",
                        "order 6 below 2^30",
                        "order 6 below 2^31");
    }

    /** What the larger attempt took stays with the domain, so the smaller ones find nothing either: as in Linux. */
    @Test
    void poolThatDoesNotFitSaysWhatWasTriedForEverySize() {
        for (long set = 0; set < 6; set++) {
            domain.free(6, 0x800 + set * 0x40);
        }

        assertThatThrownBy(() -> domain.pool(2048, true)).hasMessage("no pool");

        assertThat(domain.log)
                .anyMatch(line ->
                        line.contains("Failed to remap 4194304 bytes: set 6 of 16: no block of order 6 below 2^32,"
                                + " tried b=18...32"))
                .anyMatch(line -> line.contains("Failed to remap 2097152 bytes: set 0 of 8"))
                .anyMatch(line -> line.contains("Failed to remap 1048576 bytes: set 0 of 4"));
    }

    @Test
    void coherentMemoryIsExchangedOnlyWhenTheDeviceCannotUseIt() {
        DmaOps ops = domain.device(ALL, lowPool());
        domain.exchanges.clear();

        Allocation allocation = (Allocation) ops.allocateCoherent(8192, 0, 0);

        assertThat(allocation.dma()).isEqualTo(allocation.physical() + SHIFTED);
        assertThat(domain.exchanges).isEmpty();
        ops.freeCoherent(allocation, 0);
        assertThat(domain.exchanges).isEmpty();
    }

    @Test
    void coherentMemoryAboveTheMaskIsExchangedInTheWholeOrder() {
        DmaOps ops = domain.device(BELOW_4_GIB, lowPool());
        domain.frames.clear();
        domain.free(2, 0x4000);
        domain.exchanges.clear();

        Allocation allocation = (Allocation) ops.allocateCoherent(3 * 4096, 0, 0);

        assertThat(allocation.dma()).isEqualTo(0x400_0000);
        assertThat(allocation.bytes()).isEqualTo(3 * 4096);
        assertThat(domain.exchanges).containsExactly("order 2 below 2^32");
        ops.freeCoherent(allocation, 0);
        assertThat(domain.exchanges).containsExactly("order 2 below 2^32", "destroy order 2");
    }

    @Test
    void alignmentAloneIsAReasonToExchangeFrom612OnAndNotIn515() {
        for (String kernel : new String[] {"6.12", "6.12.0", "6.1.192", "6.18.35"}) {
            assertThat(exchangesForAlignment(kernel)).as(kernel).containsExactly("order 1 below 2^64");
        }
        assertThat(exchangesForAlignment("5.15")).isEmpty();
    }

    private java.util.List<String> exchangesForAlignment(String kernel) {
        domain.close();
        domain = new PvDomain(kernel);
        DmaOps ops = domain.device(ALL, lowPool());
        Allocation first = (Allocation) ops.allocateCoherent(8192, 0, 0);
        ops.freeCoherent(first, 0);
        domain.frames.put(first.physical() >> 12, 0x5_0001L);
        domain.frames.put((first.physical() >> 12) + 1, 0x5_0002L);
        domain.free(1, 0x6_0000);
        domain.exchanges.clear();
        ops.allocateCoherent(8192, 0, 0);
        return domain.exchanges;
    }

    @Test
    void exhaustionIsRefusedWithOrderAndWidthAndRecovers() {
        DmaOps ops = domain.device(BELOW_4_GIB, lowPool());

        AllocationRefused refused = (AllocationRefused) ops.allocateCoherent(8192, 0, 0);

        assertThat(refused.refused().code()).isEqualTo(DmaErrorCode.NO_CONTIGUOUS_REGION);
        assertThat(refused.refused().message())
                .startsWith("DMA-2015 nic: cannot allocate 8192 bytes: no block of order 1 below 2^32.");
        domain.free(1, 0x4000);
        assertThat(ops.allocateCoherent(8192, 0, 0)).isInstanceOf(Allocation.class);
    }

    @Test
    void memoryThatTheDeviceCannotUseAnyMoreIsKept() {
        DmaDeviceState state = new DmaDeviceState(
                new DeviceLimits(ALL, ALL, 0, DmaRangeMap.IDENTITY, true, DmaConstraints.DEFAULT), "nic", false);
        DmaOps ops = domain.device(state, lowPool());
        Allocation allocation = (Allocation) ops.allocateCoherent(4096, 0, 0);
        state.coherentMask(BELOW_4_GIB);

        ops.freeCoherent(allocation, 0);

        assertThat(domain.log).anyMatch(line -> line.contains("does not fit the device any more"));
        assertThatThrownBy(() -> {
                    domain.machine.pages().free(allocation.physical(), 0);
                    domain.machine.pages().free(allocation.physical(), 0);
                })
                .as("it was still allocated")
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void platformWithoutExchangeIsRefusedAtOpen() {
        BackendContext context = mock(BackendContext.class);
        when(context.hook(BusFrames.class)).thenReturn(Optional.of(mock(BusFrames.class)));
        when(context.hook(dev.dmaops.spi.MachineContiguity.class)).thenReturn(Optional.empty());

        assertThatThrownBy(() -> new XenPvBackend().open(context))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("expected the hook MachineContiguity");
    }
}
