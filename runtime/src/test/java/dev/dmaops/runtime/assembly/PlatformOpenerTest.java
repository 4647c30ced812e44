package dev.dmaops.runtime.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.Decision;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.PhysicalAddress;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.Refused;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.runtime.discovery.Found;
import dev.dmaops.runtime.discovery.ProviderOrigin;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlatformOpenerTest {
    private static final DeviceLimits ONE_GIB = new DeviceLimits(
            0xffff_ffffL,
            0xffff_ffffL,
            0xffff_ffffL,
            DmaRangeMap.of(List.of(new DmaRange(0, 0xc000_0000L, 1L << 30))),
            true,
            DmaConstraints.DEFAULT);

    private final List<String> diary = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private final Machine machine = mock();
    private final PhysicalMemory memory = mock();
    private final PageAllocator pages = mock();
    private final BouncePool pool = mock();
    private final BouncePoolProvider pools = mock();

    @Test
    void deviceIsBoundToTheBackendThatWasChosen() {
        DmaPlatform platform = open(
                Plans.without(Plans.device("a", "one"), Plans.device("b", "two"), Plans.device("c", "one")),
                FakeBackend.working("one", diary),
                FakeBackend.working("two", diary),
                FakeBackend.working("unused", diary));

        assertThat(platform.devices()).extracting(DmaDevice::id).containsExactly("a", "b", "c");
        assertThat(diary).containsExactly("open one", "open two", "bind a to one", "bind b to two", "bind c to one");
    }

    @Test
    void closingGivesBackInTheOppositeOrderAndOnce() {
        poolAt(0x1000_0000L);
        DmaPlatform platform = open(
                Plans.withPool(pooled("a", "one", DeviceLimits.DEFAULT), Plans.device("b", "two")),
                FakeBackend.working("one", diary),
                FakeBackend.working("two", diary));
        diary.clear();

        platform.close();
        platform.close();

        assertThat(diary).containsExactly("close pool", "close two", "close one", "close machine");
    }

    @Test
    void slotsStillInUseAtCloseAreReportedAndTheRestIsGivenBack() {
        poolAt(0x1000_0000L);
        doThrow(new DmaUsageException(DmaErrorCode.STILL_IN_USE, "3 slots still in use"))
                .when(pool)
                .close();
        DmaPlatform platform =
                open(Plans.withPool(pooled("a", "one", DeviceLimits.DEFAULT)), FakeBackend.working("one", diary));

        platform.close();

        assertThat(events).containsExactly("pool default: DMA-3012 3 slots still in use");
        assertThat(diary).endsWith("close one", "close machine");
    }

    @Test
    void choiceWhoseJarIsMissingNamesTheArtifactToAdd() {
        assertThatThrownBy(() -> open(
                        Plans.without(
                                Plans.device("a", "iommu"),
                                Plans.device("b", "iommu"),
                                Plans.device("c", "somebody-elses")),
                        FakeBackend.working("one", diary)))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessage(String.join(
                        System.lineSeparator(),
                        "DMA-1011 a: backend iommu is not here: expected one of one. Add the artifact"
                                + " dev.dmaops:dmaops-backend-iommu.",
                        "DMA-1011 c: backend somebody-elses is not here: expected one of one. Add the jar that"
                                + " provides it."));
        assertThat(diary).containsExactly("close machine");
    }

    @Test
    void poolThatNobodyCanMakeNamesTheArtifactToAdd() {
        assertThatThrownBy(() -> PlatformOpener.open(
                        "test",
                        Plans.withPool(pooled("a", "one", DeviceLimits.DEFAULT)),
                        new Providers(
                                List.of(FakeBackend.working("one", diary).found()), List.of(), List.of(), List.of()),
                        machine(),
                        context(),
                        false,
                        List.of()))
                .hasMessageContaining("DMA-1011 a: its bounce pool (default) cannot be made")
                .hasMessageContaining("dev.dmaops:dmaops-backend-swiotlb");
    }

    @Test
    void backendThatIsNotBuiltKeepsOnlyItsOwnDevicesClosed() {
        DmaPlatform platform = open(
                Plans.without(Plans.device("a", "later"), Plans.device("b", "one"), Plans.device("g", "grant-dma")),
                new FakeBackend("later", "y", Optional.of(DmaErrorCode.BACKEND_NOT_BUILT), diary),
                FakeBackend.working("one", diary));

        assertThat(platform.devices()).extracting(DmaDevice::id).containsExactly("b");
        assertThat(platform.choices()).extracting(BackendChoice::device).containsExactly("a", "b", "g");
        assertThatThrownBy(() -> platform.device("a")).hasMessage("DMA-1015 later: cannot be opened.");
        assertThatThrownBy(() -> platform.device("g"))
                .hasMessageStartingWith("DMA-1015 grant-dma: ")
                .hasMessageContaining("not built");
    }

    @Test
    void nothingStaysOpenWhenABackendFails() {
        assertThatThrownBy(() -> open(
                        Plans.without(Plans.device("a", "one"), Plans.device("b", "broken"), Plans.device("c", "two")),
                        FakeBackend.working("one", diary),
                        new FakeBackend("broken", "y", Optional.of(DmaErrorCode.BAD_MACHINE), diary),
                        FakeBackend.working("two", diary)))
                .hasMessage("DMA-1017 broken: cannot be opened.");

        assertThat(diary).containsExactly("open one", "open two", "close two", "close one", "close machine");
    }

    @Test
    void poolOutOfADevicesReachIsReportedAndExplained() {
        poolAt(0x5000_0000L);

        DmaPlatform platform = open(
                Plans.withPool(pooled("far", "one", ONE_GIB), pooled("near", "one", DeviceLimits.DEFAULT)),
                FakeBackend.working("one", diary));

        String text =
                "bounce pool default lies at 0x50000000-0x500fffff: expected it within reach, found mask 0xffffffff,"
                        + " bus limit 0xffffffff, windows [cpu 0x0 dma 0xc0000000 size 0x40000000]. Maps that bounce will be refused."
                        + " Widen the mask or dma-ranges, make the pool smaller, or give the device a restricted-dma-pool.";
        assertThat(events).containsExactly("far: DMA-1018 far: " + text);
        Decision last = platform.device("far").choice().decisions().getLast();
        assertThat(last.rule()).isEqualTo("pool-out-of-reach");
        assertThat(last.outcome()).isEqualTo(text);
        assertThat(platform.device("near").choice().decisions()).hasSize(1);
    }

    @Test
    void highWaterMarkOfThePoolStartsAgainWhenThePlatformIsAsked() {
        poolAt(0x100_0000L);
        DmaPlatform platform =
                open(Plans.withPool(pooled("a", "one", DeviceLimits.DEFAULT)), FakeBackend.working("one", diary));

        platform.resetHighWater();

        verify(pool).resetHighWater();
    }

    @Test
    void poolOutOfReachEndsTheOpeningWhereTheConfigurationSaysSo() {
        poolAt(0x5000_0000L);

        assertThatThrownBy(() -> PlatformOpener.open(
                        "test",
                        Plans.withPool(pooled("far", "one", ONE_GIB)),
                        providers(FakeBackend.working("one", diary)),
                        machine(),
                        context(),
                        true,
                        List.of()))
                .hasMessageStartingWith("DMA-1018 far: bounce pool default lies at");
        assertThat(diary).endsWith("close pool", "close one", "close machine");
    }

    @Test
    void platformWorksWithoutAPoolThatFindsNoRoom() {
        when(pools.create(any(), any(), any())).thenReturn(null);

        DmaPlatform platform =
                open(Plans.withPool(pooled("a", "one", DeviceLimits.DEFAULT)), FakeBackend.working("one", diary));

        assertThat(platform.pools()).isEmpty();
        assertThat(diary).contains("bind a to one");
        assertThat(events)
                .singleElement()
                .asString()
                .startsWith("pool default: DMA-4001 cannot be made: expected 512 slots");
    }

    @Test
    void noPoolIsMadeWhereNoneIsPlanned() {
        open(Plans.without(Plans.device("a", "one")), FakeBackend.working("one", diary));

        verify(pools, never()).create(any(), any(), any());
    }

    @Test
    void deviceThatCanDoNoDmaIsThereAndRefusesEverything() {
        DmaDevice device = open(Plans.without(Plans.device("a", "none"))).device("a");

        assertThat(device.setStreamingMask(DmaMask.BITS_32)).isEqualTo(SetMaskOutcome.EIO);
        assertThat(device.tryMap(new PhysicalAddress(0x1000), 64, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(new Refused(
                        DmaErrorCode.NO_DMA,
                        "a",
                        64,
                        "DMA-2013 a: cannot map 64 bytes: this device can do no DMA. The test says so. See explain. [none]",
                        -19));
    }

    @Test
    void unknownDeviceGetsAHint() {
        DmaPlatform platform =
                open(Plans.without(Plans.device("fe340000.mmc", "one")), FakeBackend.working("one", diary));

        assertThatThrownBy(() -> platform.device("fe34000.mmc"))
                .hasMessage(
                        "DMA-1003 test: there is no device \"fe34000.mmc\" among the 1 of this platform. Did you mean"
                                + " fe340000.mmc?");
    }

    @Test
    void forcedBackendThatTheKernelCannotHaveIsRefusedWithTheSymbols() {
        KernelConfigView config = mock();
        when(config.value("SWIOTLB_XEN")).thenReturn("n");
        when(config.origin("SWIOTLB_XEN")).thenReturn("config:7");
        PlatformPlan plan = Plans.without(Plans.device(
                "a",
                "swiotlb-xen",
                PoolKind.NONE,
                DeviceLimits.DEFAULT,
                Optional.of(new Sourced<>("swiotlb-xen", "board.conf:3"))));

        assertThatThrownBy(() -> BackendCheck.checkGates(
                        plan,
                        config,
                        providers(new FakeBackend("swiotlb-xen", "SWIOTLB_XEN", Optional.empty(), diary))))
                .hasMessage(
                        "DMA-1014 board.conf:3: a: cannot use backend swiotlb-xen: expected a kernel with SWIOTLB_XEN,"
                                + " found SWIOTLB_XEN=n (config:7). Choose another backend or auto, or give another"
                                + " kernel.config.");
    }

    private static DevicePlan pooled(String id, String backend, DeviceLimits limits) {
        return Plans.device(id, backend, PoolKind.DEFAULT, limits, Optional.empty());
    }

    private void poolAt(long start) {
        when(pool.name()).thenReturn("default");
        when(pool.start()).thenReturn(start);
        when(pool.bytes()).thenReturn(1L << 20);
        doAnswer(call -> diary.add("close pool")).when(pool).close();
        when(pools.create(any(), any(), any())).thenReturn(pool);
    }

    private DmaPlatform open(PlatformPlan plan, FakeBackend... backends) {
        return PlatformOpener.open("test", plan, providers(backends), machine(), context(), false, List.of());
    }

    private Providers providers(FakeBackend... backends) {
        return new Providers(
                List.of(backends).stream().map(FakeBackend::found).toList(),
                List.of(new Found<>("pools", pools, new ProviderOrigin("Pools", "pools.jar", "", "class path"))),
                List.of(),
                List.of());
    }

    private Machine machine() {
        doAnswer(call -> diary.add("close machine")).when(machine).close();
        return machine;
    }

    private OpenContext context() {
        when(pages.pageBytes()).thenReturn(4096L);
        return new OpenContext(
                memory,
                pages,
                mock(Cpus.class),
                new NoCaches(),
                KernelVersion.of(6, 12),
                Policy.AS_LINUX,
                (device, text) -> events.add(device + ": " + text),
                mock(KernelConfigView.class),
                mock(Hooks.class));
    }
}
