package dev.dmaops.integration.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.util.Modules;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.runtime.ConfiguredPlatform;
import dev.dmaops.runtime.DmaModule;
import dev.dmaops.runtime.configuration.PlatformBuilder;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.NanoClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which addresses a device behind an IOMMU gets, by what is said of the IOMMU and of the host bridge. */
final class ReservedAddressesTest {
    private static final String FUNCTION = "0000:00:01.0";
    private static final String PLATFORM = "disk";
    private static final long MIB = 1L << 20;

    @Test
    void windowsOfTheHostBridgeAreLeftOutForPciFunctionsOnly() {
        PlatformBuilder pc = pc("iommu.strict=1").bridgeWindows(new MemoryRange(0xf000_0000L, 256 * MIB));
        try (DmaPlatform platform = ConfiguredPlatform.open(pc.build())) {
            assertThat(map(platform, FUNCTION, 4096)).isEqualTo(0xefff_f000L);
            assertThat(map(platform, PLATFORM, 4096)).isEqualTo(0xffff_f000L);
        }
    }

    @Test
    void reservedRangesReplaceTheUsualOnesAndTheApertureEndsTheAddresses() {
        PlatformBuilder pc = pc("iommu.strict=1 iommu.forcedac=1")
                .iommu(iommu -> iommu.behind("*")
                        .hardware(Hardware.INTEL)
                        .aperture(0, (1L << 36) - 1)
                        .reserved(new IommuReservedRegion(new MemoryRange((1L << 36) - MIB, MIB), Kind.RESERVED)));
        try (DmaPlatform platform = ConfiguredPlatform.open(pc.build())) {
            assertThat(map(platform, FUNCTION, 4096)).isEqualTo((1L << 36) - MIB - 4096);
            platform.device(PLATFORM).setStreamingMask(DmaMask.ofBits(32));
            // The usual place of interrupts is an ordinary one now.
            long last = 0;
            do {
                last = map(platform, PLATFORM, MIB);
            } while (last > 0xfee0_0000L);
            assertThat(last).isEqualTo(0xfee0_0000L);
        }
    }

    @Test
    void pageSizesDecideTheGranule() {
        PlatformBuilder pc = pc("iommu.strict=1")
                .iommu(iommu -> iommu.behind("*").hardware(Hardware.INTEL).pageSizes(1024, 4096));
        try (DmaPlatform platform = ConfiguredPlatform.open(pc.build())) {
            assertThat(platform.device(FUNCTION).mergeBoundary()).isEqualTo(1023);
            assertThat(map(platform, FUNCTION, 100)).isEqualTo(0xffff_fc00L);
        }
    }

    @Test
    void granuleLargerThanAPageEndsTheOpeningWithACode() {
        PlatformConfiguration wrong = pc("iommu.strict=1")
                .iommu(iommu -> iommu.behind("*").hardware(Hardware.INTEL).pageSizes(65536))
                .build();

        assertThatThrownBy(() -> ConfiguredPlatform.open(wrong).close())
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining(
                        "the smallest page of the IOMMU is 65536 bytes, and the kernel's page has 4096 bytes");
    }

    @Test
    void whatDmaRangesOfTheHostBridgeLeaveOutIsLeftOutWithThePageBehindEachGap(@TempDir Path folder) throws Exception {
        PlatformConfiguration board = board(folder, """
                <0x2000000 0 0x40000000 0 0x40000000 0 0x20000000>,
                <0x2000000 0 0x80000000 0 0x80000000 0 0x20000000>""");
        try (DmaPlatform platform = ConfiguredPlatform.open(board)) {
            assertThat(platform.device(FUNCTION).choice().backend()).isEqualTo("iommu");
            // Above the windows nothing, then the upper window down to its second page, then the lower one.
            assertThat(map(platform, FUNCTION, 4096)).isEqualTo(0x9fff_f000L);
            List<Long> got = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                got.add(map(platform, FUNCTION, 8 * MIB));
            }
            assertThat(got.getFirst()).isEqualTo(0x9f00_0000L);
            assertThat(got).noneMatch(iova -> iova < 0x8000_1000L && iova + 8 * MIB > 0x6000_0000L);
            assertThat(got).contains(0x5f80_0000L);
        }
    }

    @Test
    void windowsThatDoNotAscendEndTheOpeningWithACode(@TempDir Path folder) throws Exception {
        PlatformConfiguration board = board(folder, """
                <0x2000000 0 0x80000000 0 0x40000000 0 0x20000000>,
                <0x2000000 0 0x40000000 0 0x60000000 0 0x20000000>""");

        assertThatThrownBy(() -> ConfiguredPlatform.open(board).close())
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("expected dma-ranges of the host bridge that ascend");
    }

    @Test
    void clockIsAHookSoThatATestDecidesWhenAFlushQueueIsEmptied() {
        AtomicLong now = new AtomicLong();
        PlatformConfiguration lazy = pc("iommu.strict=0").build();
        try (DmaPlatform platform = Guice.createInjector(Modules.override(new DmaModule(lazy))
                        .with(new AbstractModule() {
                            @Override
                            protected void configure() {
                                bind(NanoClock.class).toInstance(now::get);
                                bind(EventSink.class).toInstance(EventSink.NONE);
                            }
                        }))
                .getInstance(DmaPlatform.class)) {
            DmaDevice device = platform.device(FUNCTION);
            long first = map(platform, FUNCTION, 4096);
            device.unmapSingle(first, 4096, DmaDirection.TO_DEVICE, 0);
            now.addAndGet(9_000_000);
            assertThat(map(platform, FUNCTION, 4096)).isNotEqualTo(first);
            now.addAndGet(2_000_000);
            assertThat(map(platform, FUNCTION, 4096)).isEqualTo(first);
        }
    }

    private static PlatformConfiguration board(Path folder, String windows) throws IOException {
        Path tree = Files.writeString(folder.resolve("board.dts"), """
                /dts-v1/;
                / {
                    #address-cells = <2>; #size-cells = <2>;
                    memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };
                    smmu: iommu@1 { compatible = "arm,smmu-v3"; reg = <0 1 0 1>; #iommu-cells = <1>; };
                    pcie@2 {
                        compatible = "pci-host-ecam-generic"; device_type = "pci";
                        reg = <0 2 0 1>; #address-cells = <3>; #size-cells = <2>;
                        dma-ranges = %s;
                        iommu-map = <0 &smmu 0 0x10000>;
                    };
                };
                """.formatted(windows));
        return PlatformConfiguration.builder(Architecture.ARM64)
                .deviceTree(tree.toString())
                .commandLine("iommu.strict=1")
                .device(FUNCTION, device -> device.bus(Bus.PCI))
                .build();
    }

    private static PlatformBuilder pc(String commandLine) {
        return PlatformConfiguration.builder(Architecture.X86)
                .commandLine("intel_iommu=on " + commandLine)
                .memory(64 * MIB)
                .iommu(iommu -> iommu.behind("*").hardware(Hardware.INTEL))
                .device(FUNCTION, device -> device.bus(Bus.PCI).mask(DmaMask.ofBits(64)))
                .device(PLATFORM, device -> device.bus(Bus.PLATFORM));
    }

    private static long map(DmaPlatform platform, String id, long bytes) {
        long physical = platform.part(PlatformDescription.class)
                .orElseThrow()
                .system()
                .ram()
                .getFirst()
                .start();
        long iova = platform.device(id).mapSingle(physical, bytes, DmaDirection.TO_DEVICE, 0);
        assertThat(iova).isNotEqualTo(DmaDevice.MAPPING_ERROR);
        return iova;
    }
}
