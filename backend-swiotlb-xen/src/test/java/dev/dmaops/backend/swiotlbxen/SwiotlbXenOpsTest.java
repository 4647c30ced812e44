package dev.dmaops.backend.swiotlbxen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.ScatterList;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Refusals;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The worked examples of the specification, and the rules between them. */
class SwiotlbXenOpsTest {
    private static final long ALL = -1L;
    private static final long LOCAL = 0x4000_1000L;
    private static final long FOREIGN = ArmDomain.FOREIGN;

    private ArmDomain domain = new ArmDomain(4096, false);

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void ownMemoryIsUsedAsItIs() {
        DmaOps ops = domain.device(ALL, true);

        assertThat(ops.map(LOCAL, 4096, DmaDirection.TO_DEVICE, 0)).isEqualTo(LOCAL);
        assertThat(domain.maintenance).isEmpty();
        assertThat(ops.bounceReason(LOCAL)).isNull();
    }

    @Test
    void foreignPageIsTranslatedForADeviceThatSnoops() {
        assertThat(domain.device(ALL, true).map(FOREIGN + 0x200, 512, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(0x8_5123_4200L);
        assertThat(domain.maintenance).isEmpty();
    }

    @Test
    void foreignPageIsMaintainedThroughXen() {
        DmaOps ops = domain.device(ALL, false);

        long dma = ops.map(FOREIGN + 0x200, 512, DmaDirection.TO_DEVICE, 0);
        ops.unmap(dma, 512, DmaDirection.TO_DEVICE, 0);

        assertThat(domain.maintenance).containsExactly("xen clean 0x851234000+0x200+512");
    }

    @Test
    void devicesWritesToForeignPagesAreInvalidatedTwice() {
        DmaOps ops = domain.device(ALL, false);

        long dma = ops.map(FOREIGN + 0x200, 512, DmaDirection.FROM_DEVICE, 0);
        ops.unmap(dma, 512, DmaDirection.FROM_DEVICE, 0);

        assertThat(domain.maintenance)
                .containsExactly("xen invalidate 0x851234000+0x200+512", "xen invalidate 0x851234000+0x200+512");
    }

    @Test
    void foreignMaintenanceGoesFrameByFrame() {
        DmaOps ops = domain.device(ALL, false);

        ops.map(FOREIGN + 0x800, 4096, DmaDirection.BIDIRECTIONAL, 0);

        assertThat(domain.maintenance)
                .containsExactly("xen clean 0x851234000+0x800+2048", "xen clean 0x851235000+0x0+2048");
    }

    @Test
    void skippedSyncMaintainsNothing() {
        DmaOps ops = domain.device(ALL, false);
        long dma = ops.map(FOREIGN, 512, DmaDirection.BIDIRECTIONAL, DmaAttributes.SKIP_CPU_SYNC);

        ops.unmap(dma, 512, DmaDirection.BIDIRECTIONAL, DmaAttributes.SKIP_CPU_SYNC);

        assertThat(domain.maintenance).isEmpty();
    }

    @Test
    void foreignPageBouncesWhenXenHasNoCallForCaches() {
        domain.flushCall = false;
        DmaOps ops = domain.device(ALL, false);
        SimPattern.fill(domain.memory().segment(FOREIGN + 0x200, 512), 7);

        long dma = ops.map(FOREIGN + 0x200, 512, DmaDirection.BIDIRECTIONAL, 0);

        assertThat(domain.pool.contains(dma)).isTrue();
        assertThat(ops.bounceReason(dma)).isEqualTo(BounceReason.FOREIGN_NOT_FLUSHABLE);
        assertThat(SimPattern.mismatches(domain.memory().segment(dma, 512), 7)).isZero();
        assertThat(domain.maintenance).containsExactly(String.format("device 0x%x+512", dma));

        SimPattern.fill(domain.memory().segment(dma, 512), 8);
        ops.unmap(dma, 512, DmaDirection.BIDIRECTIONAL, 0);

        assertThat(SimPattern.mismatches(domain.memory().segment(FOREIGN + 0x200, 512), 8))
                .isZero();
        assertThat(domain.pool.statistics().usedSlots()).isZero();
    }

    @Test
    void ownPagesDoNotBounceWhenXenHasNoCallForCaches() {
        domain.flushCall = false;

        assertThat(domain.device(ALL, false).map(LOCAL, 512, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(LOCAL);
    }

    @Test
    void neighbouringForeignFramesNeedNoBounce() {
        assertThat(domain.device(ALL, true).map(FOREIGN + 0x800, 4096, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(0x8_5123_4800L);
    }

    @Test
    void framesThatAreNotNeighboursBounce() {
        DmaOps ops = domain.device(ALL, true);

        long dma = ops.map(FOREIGN + 0x1800, 4096, DmaDirection.TO_DEVICE, 0);

        assertThat(domain.pool.contains(dma)).isTrue();
        assertThat(ops.bounceReason(dma)).isEqualTo(BounceReason.STRADDLES_MACHINE_FRAMES);
    }

    @Test
    void theMachineAddressDecidesWhetherTheDeviceReaches() {
        DmaOps ops = domain.device(0xffff_ffffL, true);

        long dma = ops.map(FOREIGN, 4096, DmaDirection.TO_DEVICE, 0);

        assertThat(domain.pool.contains(dma)).isTrue();
        assertThat(ops.bounceReason(dma)).isEqualTo(BounceReason.ADDRESS_ABOVE_LIMIT);
        domain.foreign.put(0x100000L, 0x81234L);
        assertThat(ops.map(FOREIGN, 4096, DmaDirection.TO_DEVICE, 0)).isEqualTo(0x8123_4000L);
    }

    @Test
    void missingEntryIsIdentityEvenWhenItIsStale() {
        assertThat(domain.device(ALL, true).map(FOREIGN + 0x3000, 4096, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(FOREIGN + 0x3000);
    }

    @Test
    void busOffsetComesAfterTheFrame() {
        DmaRangeMap ranges = DmaRangeMap.of(List.of(
                new DmaRange(0x4000_0000, 0, 0x4000_0000L), new DmaRange(0x8_5000_0000L, 0x5000_0000L, 0x1000_0000)));
        DmaOps ops = domain.device(0xffff_ffffL, true, 0, ranges);

        assertThat(ops.map(FOREIGN + 0x10, 16, DmaDirection.TO_DEVICE, 0)).isEqualTo(0x5123_4010L);
        assertThat(ops.map(LOCAL, 16, DmaDirection.TO_DEVICE, 0)).isEqualTo(0x1000L);
        domain.foreign.put(0x100000L, 0x9_9999L);
        long bounced = ops.map(FOREIGN, 16, DmaDirection.TO_DEVICE, 0);
        assertThat(ops.bounceReason(bounced)).isEqualTo(BounceReason.OUTSIDE_DMA_RANGES);
    }

    @Test
    void smallBuffersOfDevicesThatDoNotSnoopBounceWhoeverOwnsThem() {
        DmaOps ops = domain.device(ALL, false);

        long own = ops.map(LOCAL, 4, DmaDirection.FROM_DEVICE, 0);
        long foreign = ops.map(FOREIGN, 4, DmaDirection.BIDIRECTIONAL, 0);

        assertThat(ops.bounceReason(own)).isEqualTo(BounceReason.SMALL_UNALIGNED_BUFFER);
        assertThat(ops.bounceReason(foreign)).isEqualTo(BounceReason.SMALL_UNALIGNED_BUFFER);
        assertThat(ops.map(LOCAL, 64, DmaDirection.FROM_DEVICE, 0)).isEqualTo(LOCAL);
        assertThat(ops.map(LOCAL, 4, DmaDirection.TO_DEVICE, 0)).isEqualTo(LOCAL);
    }

    @Test
    void smallBuffersDoNotBounceBefore65() {
        domain.kernel = KernelVersion.of(6, 1);

        assertThat(domain.device(ALL, false).map(LOCAL, 4, DmaDirection.FROM_DEVICE, 0))
                .isEqualTo(LOCAL);
    }

    @Test
    void forcedPoolTakesEverything() {
        domain.close();
        domain = new ArmDomain(4096, true);
        DmaOps ops = domain.device(ALL, true);

        long dma = ops.map(LOCAL, 64, DmaDirection.TO_DEVICE, 0);

        assertThat(ops.bounceReason(dma)).isEqualTo(BounceReason.FORCED_BY_CONFIG);
        assertThat(ops.maxMappingBytes()).isEqualTo(262_144);
    }

    @Test
    void slotOutOfReachIsGivenBackAndRefusedWithoutALine() {
        DmaOps ops = domain.device(0x3fff_ffffL, true);

        long refused = ops.map(LOCAL, 64, DmaDirection.TO_DEVICE, 0);

        assertThat(Refusals.code(refused)).isEqualTo(DmaErrorCode.POOL_OUT_OF_REACH);
        assertThat(domain.pool.statistics().usedSlots()).isZero();
        assertThat(domain.log).isEmpty();
        assertThat(ops.refusal(DmaErrorCode.POOL_OUT_OF_REACH, LOCAL, 64).message())
                .startsWith(
                        "DMA-2005 mmc: cannot map 64 bytes: it has to bounce, and the slot lies out of the device's reach"
                                + " too: the pool ends at DMA 0x7fffffff, the device reaches 0x3fffffff")
                .endsWith("[swiotlb-xen]");
    }

    @Test
    void maskMustReachThePoolsLastByteAndNothingElse() {
        DmaOps ops = domain.device(ALL, true);

        assertThat(ops.supports(0x7fff_ffffL)).isTrue();
        assertThat(ops.supports(0x7fff_fffeL)).isFalse();
        assertThat(ops.requiredMask()).isEqualTo(0xffff_ffffL);
        assertThat(ops.maxMappingBytes()).as("always the pool's").isEqualTo(262_144);
        assertThat(ops.optimalMappingBytes()).isEqualTo(262_144);
        assertThat(ops.needsSync(LOCAL)).isTrue();
        assertThat(ops.skipsSyncUntilBounce()).isFalse();
        assertThat(ops.mergeBoundary()).isZero();
        assertThat(ops.directWindow()).isNull();
        assertThat(ops.addressingLimited()).isFalse();
        assertThat(domain.device(0x3fff_ffffL, true).addressingLimited()).isTrue();
    }

    @Test
    void alignmentCountsForStreamingIn6120Only() {
        domain.foreign.put(0x100004L, 0x851235L);
        domain.foreign.put(0x100005L, 0x851236L);
        for (String[] row : new String[][] {
            {"6.12.0", "bounces"},
            {"6.13.2", "bounces"},
            {"6.12.117", "direct"},
            {"6.12", "direct"},
            {"6.1.192", "direct"},
            {"6.18.35", "direct"},
            {"5.15.0", "direct"}
        }) {
            domain.kernel = KernelVersion.parse(row[0]).orElseThrow();
            DmaOps ops = domain.device(ALL, true);
            long dma = ops.map(FOREIGN + 0x4000, 8192, DmaDirection.TO_DEVICE, 0);
            assertThat(ops.bounceReason(dma))
                    .as(row[0])
                    .isEqualTo(row[1].equals("bounces") ? BounceReason.MACHINE_MISALIGNED : null);
        }
    }

    @Test
    void registersCanBeMappedFrom618On() {
        domain.kernel = KernelVersion.of(6, 12);
        assertThat(Refusals.code(domain.device(ALL, true).mapResource(0x1000, 64, DmaDirection.TO_DEVICE, 0)))
                .isEqualTo(DmaErrorCode.RESOURCE_UNSUPPORTED);

        domain.kernel = KernelVersion.of(6, 18);
        assertThat(domain.device(ALL, true).mapResource(0x1000, 64, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(0x1000);
        assertThat(Refusals.code(domain.device(0xfff, true).mapResource(0x1000, 64, DmaDirection.TO_DEVICE, 0)))
                .isEqualTo(DmaErrorCode.OUT_OF_REACH);
        assertThat(domain.log).singleElement().asString().contains("DMA addr 0x0000000000001000+64 overflow");
    }

    @Test
    void syncGoesThroughCacheThenPoolForTheCpuAndBackForTheDevice() {
        DmaOps ops = domain.device(0xffff_ffffL, false);
        long dma = ops.map(FOREIGN, 512, DmaDirection.BIDIRECTIONAL, 0);
        domain.maintenance.clear();

        SimPattern.fill(domain.memory().segment(dma, 512), 3);
        ops.syncForCpu(dma, 512, DmaDirection.BIDIRECTIONAL);
        assertThat(SimPattern.mismatches(domain.memory().segment(FOREIGN, 512), 3))
                .isZero();
        SimPattern.fill(domain.memory().segment(FOREIGN, 512), 4);
        ops.syncForDevice(dma, 512, DmaDirection.BIDIRECTIONAL);

        assertThat(SimPattern.mismatches(domain.memory().segment(dma, 512), 4)).isZero();
        assertThat(domain.maintenance)
                .containsExactly(String.format("cpu 0x%x+512", dma), String.format("device 0x%x+512", dma));
    }

    @Test
    void listIsMappedEntryByEntryOrNotAtAll() {
        DmaOps ops = domain.device(0xffff_ffffL, true);
        ScatterList list = new ScatterList().addPhysical(LOCAL, 100).addPhysical(FOREIGN, 200);
        assertThat(ops.mapScatter(list, DmaDirection.TO_DEVICE, 0)).isEqualTo(2);
        list.recordMapped(2);
        assertThat(list.dmaAddress(0)).isEqualTo(LOCAL);
        assertThat(domain.pool.contains(list.dmaAddress(1))).isTrue();
        list.recordMapped(0);
        ops.unmapScatter(list, DmaDirection.TO_DEVICE, 0);

        ScatterList tooLong = new ScatterList().addPhysical(FOREIGN, 200).addPhysical(FOREIGN, 300_000);
        assertThat(Refusals.code(ops.mapScatter(tooLong, DmaDirection.TO_DEVICE, 0)))
                .isEqualTo(DmaErrorCode.REQUEST_TOO_LARGE);
        assertThat(domain.pool.statistics().usedSlots()).isZero();
    }

    @Test
    void coherentMemoryIsTheDomainsOwn() {
        DmaOps ops = domain.device(0xffff_ffffL, true);

        Allocation allocation = (Allocation) ops.allocateCoherent(5000, 0, 0);

        assertThat(allocation.dma()).isEqualTo(allocation.physical());
        assertThat(allocation.bytes()).isEqualTo(8192);
        ops.freeCoherent(allocation, 0);
    }

    @Test
    void pagesAreMappedLikeBuffers() {
        DmaOps ops = domain.device(0x7fff_ffffL, true);

        Allocation low = (Allocation) ops.allocatePages(4096, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(low.dma()).isEqualTo(low.physical());
        ops.freePages(low, DmaDirection.BIDIRECTIONAL);

        domain.foreign.put(low.physical() >> 12, 0x900000L);
        Allocation bounced = (Allocation) ops.allocatePages(4096, DmaDirection.BIDIRECTIONAL, 0);
        assertThat(domain.pool.contains(bounced.dma())).isTrue();
        ops.freePages(bounced, DmaDirection.BIDIRECTIONAL);
        assertThat(domain.pool.statistics().usedSlots()).isZero();
    }

    @Test
    void largePagesAreMadeOfSmallFrames() {
        domain.close();
        domain = new ArmDomain(65536, false);
        for (int i = 0; i < 16; i++) {
            domain.foreign.put(0x100000L + i, 0x851230L + i);
        }
        DmaOps ops = domain.device(ALL, false);

        assertThat(ops.map(FOREIGN + 0xf800, 0x800, DmaDirection.TO_DEVICE, 0)).isEqualTo(0x8_5123_f800L);
        assertThat(ops.map(FOREIGN, 65536, DmaDirection.TO_DEVICE, 0)).isEqualTo(0x8_5123_0000L);
        assertThat(domain.maintenance).hasSize(17);
        domain.foreign.put(0x100007L, 0x999999L);
        long dma = ops.map(FOREIGN, 65536, DmaDirection.TO_DEVICE, 0);
        assertThat(ops.bounceReason(dma)).isEqualTo(BounceReason.STRADDLES_MACHINE_FRAMES);
    }

    @Test
    void platformWithoutForeignPagesIsRefusedAtOpen() {
        BackendContext context = mock(BackendContext.class, RETURNS_DEEP_STUBS);
        when(context.hook(BusFrames.class)).thenReturn(Optional.empty());

        assertThatThrownBy(() -> new SwiotlbXenBackend().open(context))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("expected the hook BusFrames");
    }
}
