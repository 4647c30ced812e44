package dev.dmaops.backend.direct;

import static dev.dmaops.backend.direct.TestDevices.GIB;
import static dev.dmaops.backend.direct.TestDevices.MASK_32;
import static dev.dmaops.backend.direct.TestDevices.SOC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.NoncoherentBuffer;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

class CoherentMemoryTest {
    private final SimMachine machine =
            SimMachine.builder().ram(0, 6 * GIB).zones(0xff_ffff, true).open();
    private final DirectContext context = new DirectContext(machine, "DMA_DIRECT_REMAP", "DMA_COHERENT_POOL");

    @AfterEach
    void close() {
        machine.close();
    }

    private DmaDevice device(long mask, DmaRangeMap ranges, boolean coherent) {
        return TestDevices.device(context, TestDevices.state(mask, 0, ranges, coherent), null);
    }

    @Test
    void memoryIsZeroedPageGranularAndNaturallyAligned() {
        DmaDevice device = device(-1L, DmaRangeMap.IDENTITY, true);
        for (int round = 0; round < 2; round++) {
            try (CoherentBuffer buffer = device.allocateCoherent(9000)) {
                assertThat(buffer.bytes()).isEqualTo(12288);
                assertThat(buffer.physicalAddress().value() % 16384).isZero();
                assertThat(buffer.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
                buffer.segment().fill((byte) 1);
            }
        }
    }

    @Test
    void theZoneFollowsTheMask() {
        assertThat(address(device(-1L, DmaRangeMap.IDENTITY, true))).isGreaterThan(MASK_32);
        assertThat(address(device(MASK_32, DmaRangeMap.IDENTITY, true))).isBetween(0x100_0000L, MASK_32);
        assertThat(address(device(0xff_ffff, DmaRangeMap.IDENTITY, true))).isLessThan(0x100_0000L);
    }

    private static long address(DmaDevice device) {
        try (CoherentBuffer buffer = device.allocateCoherent(4096)) {
            return buffer.physicalAddress().value();
        }
    }

    @Test
    void aBlockOutOfReachIsGivenBackAndALowerZoneIsTried() {
        List<Zone> asked = new ArrayList<>();
        List<Long> freed = new ArrayList<>();
        PageAllocator pages = Mockito.mock(PageAllocator.class);
        Mockito.when(pages.pageBytes()).thenReturn(4096L);
        Mockito.when(pages.maxOrder()).thenReturn(10);
        Mockito.when(pages.maxPfn()).thenReturn(1L << 20);
        Mockito.when(pages.zoneDmaLimit()).thenReturn(0xff_ffffL);
        Mockito.when(pages.hasZone(any())).thenReturn(true);
        Mockito.when(pages.allocate(Mockito.anyInt(), any())).thenAnswer(call -> {
            Zone zone = call.getArgument(1);
            asked.add(zone);
            return switch (zone) {
                case NORMAL -> 5 * GIB;
                case DMA32 -> 3 * GIB;
                case DMA -> 0x80_0000L;
            };
        });
        Mockito.doAnswer(call -> freed.add(call.getArgument(0))).when(pages).free(anyLong(), Mockito.anyInt());
        DirectContext spied = Mockito.spy(new DirectContext(machine));
        Mockito.when(spied.pages()).thenReturn(pages);
        DmaDevice device =
                TestDevices.device(spied, TestDevices.state(0x1_3fff_ffffL, 0, DmaRangeMap.IDENTITY, true), null);
        assertThat(device.allocateCoherent(4096).physicalAddress().value()).isEqualTo(3 * GIB);
        assertThat(asked).containsExactly(Zone.NORMAL, Zone.DMA32);
        assertThat(freed).containsExactly(5 * GIB);
        asked.clear();
        freed.clear();
        DmaDevice narrow =
                TestDevices.device(spied, TestDevices.state(0x7fff_ffffL, 0, DmaRangeMap.IDENTITY, true), null);
        assertThat(narrow.allocateCoherent(4096).physicalAddress().value()).isEqualTo(0x80_0000L);
        assertThat(asked).containsExactly(Zone.DMA32, Zone.DMA);
        assertThat(freed).containsExactly(3 * GIB);
    }

    @Test
    void theAddressIsTheBuss() {
        try (CoherentBuffer buffer = device(MASK_32, SOC, true).allocateCoherent(4096)) {
            assertThat(buffer.dmaAddress().value())
                    .isEqualTo(buffer.physicalAddress().value() + 0xc000_0000L);
        }
    }

    @Test
    void moreThanTheLargestBlockIsRefused() {
        DmaDevice device = device(-1L, DmaRangeMap.IDENTITY, true);
        device.allocateCoherent(4 << 20).close();
        assertThat(device.tryAllocateCoherent((4 << 20) + 1, 0, 0))
                .isInstanceOfSatisfying(CoherentRefused.class, refused -> {
                    assertThat(refused.refused().code()).isEqualTo(DmaErrorCode.NO_COHERENT_MEMORY);
                    assertThat(refused.refused().linuxErrno()).isEqualTo(-12);
                    assertThat(refused.refused().message()).contains("one block has at most 4194304 bytes");
                });
        assertThat(device.tryAllocateCoherent(Long.MAX_VALUE, 0, 0)).isInstanceOf(CoherentRefused.class);
    }

    @Test
    void memoryWithoutAMappingHasNoBytes() {
        DmaDevice device = device(-1L, DmaRangeMap.IDENTITY, true);
        try (CoherentBuffer buffer =
                (CoherentBuffer) device.tryAllocateCoherent(4096, DmaAttributes.NO_KERNEL_MAPPING, 0)) {
            assertThat(buffer.segment().byteSize()).isZero();
        }
    }

    @Test
    void pagesOfADeviceThatDoesNotSnoopAreTakenOutOfTheCache() {
        DmaDevice device = device(-1L, DmaRangeMap.IDENTITY, false);
        CoherentBuffer buffer = device.allocateCoherent(4096);
        String at = "0x" + Long.toHexString(buffer.physicalAddress().value()) + "+4096";
        buffer.close();
        assertThat(context.maintenance).containsExactly("uncached " + at, "cached " + at);
    }

    @Test
    void withoutAWayToBypassTheCacheThereIsNoCoherentMemory() {
        DirectContext bare = new DirectContext(machine);
        DmaDevice device = TestDevices.device(bare, TestDevices.state(-1L, 0, DmaRangeMap.IDENTITY, false), null);
        assertThat(device.tryAllocateCoherent(4096, 0, 0)).isInstanceOf(CoherentRefused.class);
        assertThat(device.tryAllocateCoherent(4096, 0, 0)).isInstanceOf(CoherentRefused.class);
        assertThat(bare.log).containsExactly("net: coherent DMA allocations not supported on this platform.");
    }

    @Test
    void whoCannotWaitGetsMemoryOfTheAtomicPoolsUntilTheyCannotGrow() {
        DmaDevice device = device(-1L, DmaRangeMap.IDENTITY, false);
        List<CoherentBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            CoherentBuffer buffer = (CoherentBuffer) device.tryAllocateCoherent(4096, 0, AllocationFlags.ATOMIC);
            assertThat(buffer.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            buffer.segment().fill((byte) 7);
            buffers.add(buffer);
        }
        assertThat(buffers.stream()
                        .map(buffer -> buffer.physicalAddress().value())
                        .distinct())
                .hasSize(1000);
        buffers.forEach(CoherentBuffer::close);
        assertThat(device.tryAllocateCoherent(64 << 20, 0, AllocationFlags.ATOMIC))
                .isInstanceOf(CoherentRefused.class);
        assertThat(context.log).containsExactly("net: DMA pool exhausted for net");
    }

    @Test
    void atomicMemoryIsWithinReachEvenIfThatTakesAnotherPool() {
        DmaDevice device = device(0xff_ffff, DmaRangeMap.IDENTITY, false);
        try (CoherentBuffer buffer = (CoherentBuffer) device.tryAllocateCoherent(4096, 0, AllocationFlags.ATOMIC)) {
            assertThat(buffer.dmaAddress().value()).isLessThan(0x100_0000L);
        }
    }

    @Test
    void aRestrictedPoolServesCoherentMemory() {
        BouncePool pool = Mockito.mock(BouncePool.class);
        Mockito.when(pool.restricted()).thenReturn(true);
        Mockito.when(pool.forced()).thenReturn(true);
        Mockito.when(pool.allocate(any(), anyLong())).thenReturn(0x400_0000L);
        Mockito.when(pool.contains(anyLong())).thenReturn(true);
        DmaDevice device = TestDevices.device(context, TestDevices.state(MASK_32, 0, DmaRangeMap.IDENTITY, true), pool);
        device.allocateCoherent(4096).close();
        Mockito.verify(pool).free(any(), Mockito.eq(0x400_0000L));
        device.state().coherentMask(0x3ff_ffffL);
        assertThat(device.tryAllocateCoherent(4096, 0, 0)).isInstanceOf(CoherentRefused.class);
        Mockito.verify(pool, Mockito.times(2)).free(any(), Mockito.eq(0x400_0000L));
    }

    @Test
    void aDevicesOwnRegionServesItAloneAndHasNoFallback() {
        context.hooks.add(new DeclaredCoherentMemory(
                List.of(new DeclaredCoherentMemory.Region("net", 0x200_0000L, 4 * 4096, 0x9000_0000L))));
        DmaDevice device = device(MASK_32, DmaRangeMap.IDENTITY, true);
        CoherentBuffer one = device.allocateCoherent(4096);
        CoherentBuffer two = device.allocateCoherent(2 * 4096);
        assertThat(one.dmaAddress().value()).isEqualTo(0x9000_0000L);
        assertThat(two.dmaAddress().value()).isEqualTo(0x9000_2000L);
        assertThat(two.physicalAddress().value()).isEqualTo(0x200_2000L);
        assertThat(device.tryAllocateCoherent(2 * 4096, 0, 0)).isInstanceOf(CoherentRefused.class);
        two.close();
        device.allocateCoherent(2 * 4096).close();
        one.close();
    }

    @Test
    void twoRegionsForOneDeviceAreAMistake() {
        DeclaredCoherentMemory.Region region =
                new DeclaredCoherentMemory.Region("net", 0x200_0000L, 4096, 0x9000_0000L);
        context.hooks.add(new DeclaredCoherentMemory(List.of(region, region)));
        assertThatThrownBy(() -> device(MASK_32, DmaRangeMap.IDENTITY, true))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("declared twice");
    }

    @Test
    void pagesForTheCallerToSynchroniseAreZeroedAndCached() {
        DmaDevice device = device(MASK_32, DmaRangeMap.IDENTITY, false);
        try (NoncoherentBuffer buffer = device.allocatePages(100, DmaDirection.FROM_DEVICE, 0)) {
            assertThat(buffer.bytes()).isEqualTo(4096);
            assertThat(buffer.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            buffer.syncForCpu();
        }
        assertThat(context.maintenance).singleElement().asString().startsWith("cpu ");
    }

    @Test
    void largeBlocksComeFromTheAreaKeptForThemAsLongAsTheCallerMayWaitAndTheyAreInReach() {
        PageAllocator withArea = Mockito.spy(machine.pages());
        long size = 8 << 20;
        long place = machine.pages().reserveAtBootAt(GIB, size);
        assertThat(place).isEqualTo(GIB);
        Mockito.doReturn(place).when(withArea).allocateContiguous(size);
        Mockito.doReturn(true).when(withArea).freeContiguous(place, size);
        DirectContext kept = new DirectContext(machine, "DMA_DIRECT_REMAP");
        kept.pages = withArea;
        DmaDevice wide = TestDevices.device(kept, TestDevices.state(-1L, 0, DmaRangeMap.IDENTITY, true), null);
        try (CoherentBuffer buffer = wide.allocateCoherent(size)) {
            assertThat(buffer.physicalAddress().value()).isEqualTo(place);
        }
        Mockito.verify(withArea).freeContiguous(place, size);
        assertThat(wide.tryAllocateCoherent(size, DmaAttributes.NONE, AllocationFlags.ATOMIC))
                .as("more than a block of the page allocator, and no area for those who cannot wait")
                .isInstanceOf(CoherentRefused.class);
        DmaDevice narrow = TestDevices.device(kept, TestDevices.state(0xff_ffff, 0, DmaRangeMap.IDENTITY, true), null);
        assertThat(narrow.tryAllocateCoherent(size, DmaAttributes.NONE, AllocationFlags.NONE))
                .as("the area is out of reach")
                .isInstanceOf(CoherentRefused.class);
        Mockito.verify(withArea, Mockito.times(2)).freeContiguous(place, size);
    }
}
