package dev.dmaops.runtime.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlatformDescriptionTest {
    private static final String BOARD = """
            /dts-v1/;
            / {
                #address-cells = <1>;
                #size-cells = <1>;
                chosen { bootargs = "swiotlb=4096"; };
                memory@40000000 { device_type = "memory"; reg = <0x40000000 0x40000000>; };
                cpus {
                    #address-cells = <1>;
                    #size-cells = <0>;
                    cpu@0 { device_type = "cpu"; reg = <0>; };
                    cpu@1 { device_type = "cpu"; reg = <1>; };
                    cpu@2 { device_type = "cpu"; reg = <2>; status = "fail"; };
                };
                soc {
                    compatible = "simple-bus";
                    #address-cells = <1>;
                    #size-cells = <1>;
                    ranges;
                    dma-ranges = <0x0 0x40000000 0x20000000>;
                    mmc@1000 { compatible = "example,mmc"; reg = <0x1000 0x100>; };
                };
                pcie@2000 {
                    compatible = "example,pcie";
                    device_type = "pci";
                    reg = <0x2000 0x100>;
                    #address-cells = <3>;
                    #size-cells = <2>;
                };
            };
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void deviceTreeSuppliesWhatTheConfigurationDoesNotSay() throws IOException {
        PlatformDescription board = board("");

        assertThat(board.system().commandLine()).isEqualTo(new Sourced<>("swiotlb=4096", "board.dts /chosen bootargs"));
        assertThat(board.system().cpus()).isEqualTo(new Sourced<>(2, "board.dts /cpus"));
        assertThat(board.system().ram()).containsExactly(new MemoryRange(0x4000_0000L, 1L << 30));
        assertThat(board.system().firmwareDmaLimit()).contains(new Sourced<>(0x5fff_ffffL, "board.dts dma-ranges"));
        assertThat(board.system().kernel().value()).isEqualTo(new KernelVersion(6, 12, 117));
        assertThat(board.system().kernel().origin()).startsWith("builtin:arm64-debian-6.12.config:");
        assertThat(board.system().pageBytes()).isEqualTo(4096);
        assertThat(board.devices()).extracting(DeviceDescription::id).containsExactly("soc", "1000.mmc", "2000.pcie");
    }

    @Test
    void configurationBeatsTheDeviceTree() throws IOException {
        PlatformDescription board = board("""
                kernel { cmdline = "quiet", version = "6.1.5" }
                machine { cpus = 16, memory = 2GiB, cache-line = 128B }
                """);

        assertThat(board.system().commandLine().value()).isEqualTo("quiet");
        assertThat(board.system().cpus()).isEqualTo(new Sourced<>(16, "board.conf:4"));
        assertThat(board.system().ram()).containsExactly(new MemoryRange(0x4000_0000L, 2L << 30));
        assertThat(board.system().kernel()).isEqualTo(new Sourced<>(new KernelVersion(6, 1, 5), "board.conf:3"));
        assertThat(board.cacheLineBytes()).isEqualTo(128);
    }

    @Test
    void deviceOfTheTreeIsRefined() throws IOException {
        DeviceDescription mmc = device(board("""
                devices { "1000.mmc" {
                  mask = 40bit, coherent = yes, untrusted = yes, backend = direct, min-align = 4KiB, boundary = 64KiB
                } }
                """), "1000.mmc");

        assertThat(mmc.node()).isEqualTo("/soc/mmc@1000");
        assertThat(mmc.firmware()).isEqualTo(Firmware.DEVICE_TREE);
        assertThat(mmc.streamingMask()).contains(new Sourced<>(0xff_ffff_ffffL, "board.conf:4"));
        assertThat(mmc.coherentMask()).contains(new Sourced<>(0xff_ffff_ffffL, "board.conf:4"));
        assertThat(mmc.coherent()).contains(new Sourced<>(true, "board.conf:4"));
        assertThat(mmc.untrusted()).isEqualTo(new Sourced<>(true, "board.conf:4"));
        assertThat(mmc.forcedBackend()).contains(new Sourced<>("direct", "board.conf:4"));
        assertThat(mmc.constraints()).isEqualTo(new DmaConstraints(65536, 0xffff, 0xfff));
        assertThat(mmc.ranges().orElseThrow().value())
                .isEqualTo(DmaRangeMap.of(List.of(new DmaRange(0x4000_0000L, 0, 0x2000_0000L))));
    }

    @Test
    void pciFunctionIsDescribedBehindItsHostBridge() throws IOException {
        DeviceDescription function = device(board("devices { \"0000:01:00.0\" { bus = pci } }"), "0000:01:00.0");

        assertThat(function.bus()).isEqualTo(Bus.PCI);
        assertThat(function.firmware()).isEqualTo(Firmware.DEVICE_TREE);
        assertThat(function.node()).isEqualTo("/pcie@2000");
        assertThat(function.constraints()).isEqualTo(DmaConstraints.PCI);
    }

    @Test
    void pciFunctionOfADomainThatTheTreeLacksIsAMistake() {
        assertThat(mistakes("devices { \"0001:01:00.0\" { bus = pci } }"))
                .isEqualTo(
                        "DMA-1003 board.conf:3: devices: expected the address of a PCI function behind one of the device"
                                + " tree's 1 host bridges, such as \"0000:01:00.0\", found \"0001:01:00.0\".");
    }

    @Test
    void deviceThatNobodyDescribesIsAMistakeWithAHint() {
        assertThat(mistakes("devices { \"1000.mcm\" { mask = 32bit }, eth0 { mask = 32bit } }"))
                .isEqualTo("""
                        DMA-1003 board.conf:3: devices: the device tree has no device "1000.mcm". Did you mean 1000.mmc?
                        DMA-1003 board.conf:3: devices: the device tree has no device "eth0". Say bus = pci or bus = platform to describe it here.""");
    }

    @Test
    void devicesAreBehindTheIommuThatTheConfigurationNames() throws IOException {
        PlatformDescription board = board("iommu { behind = [ \"*.mmc\" ], driver-wish = identity }");

        assertThat(board.topology().attachment("1000.mmc"))
                .contains(new IommuAttachment(
                        Hardware.SMMU, IommuAttachment.DriverWish.IDENTITY, true, 0, "board.conf:3"));
        assertThat(board.topology().attachment("soc")).isEmpty();
    }

    @Test
    void iommuUnderXenIsHiddenUnlessSaidOtherwise() throws IOException {
        String xen = "hypervisor { kind = xen, domain = dom0 }, iommu { behind = soc";

        assertThat(hardware(board(xen + " }"))).isEqualTo(Hardware.XEN_HIDDEN);
        assertThat(hardware(board(xen + ", hardware = smmu }"))).isEqualTo(Hardware.SMMU);
    }

    @Test
    void unknownDeviceBehindTheIommuIsAMistake() {
        assertThat(mistakes("iommu { behind = [ \"1000.mmd\" ] }"))
                .isEqualTo(
                        "DMA-1003 board.conf:3: iommu.behind: no device is called \"1000.mmd\". Did you mean 1000.mmc?");
    }

    @Test
    void memoryOfAPcLeavesRoomBelowFourGiB() throws IOException {
        assertThat(pc("machine { memory = 8GiB }").system().ram())
                .containsExactly(new MemoryRange(0, 3L << 30), new MemoryRange(4L << 30, 5L << 30));
        assertThat(pc("machine { memory = 2GiB }").system().ram()).containsExactly(new MemoryRange(0, 2L << 30));
    }

    @Test
    void aSizeBeginsWhereTheTreeHasItsMemoryAlsoWhenFirmwareIsToFillInHowMuch() throws IOException {
        Files.writeString(
                directory.resolve("board.dts"), BOARD.replace("reg = <0x40000000 0x40000000>", "reg = <0x40000000 0>"));
        assertThat(describe("platform = arm64, devicetree = \"board.dts\", machine { memory = 1GiB }")
                        .system()
                        .ram())
                .containsExactly(new MemoryRange(1L << 30, 1L << 30));
    }

    @Test
    void ramOfTheConfigurationIsSortedAndJoined() throws IOException {
        assertThat(pc("machine { ram = [ { start = 1GiB, size = 1GiB }, { start = 0x0, size = 1GiB } ] }")
                        .system()
                        .ram())
                .containsExactly(new MemoryRange(0, 2L << 30));
    }

    @Test
    void memoryThatNobodyMentionsIsAMistake() {
        assertThat(mistakesOf("platform = x86"))
                .isEqualTo(
                        "DMA-1001 board.conf: machine.memory is missing: expected a size such as 4GiB, because nothing else"
                                + " says how much RAM there is.");
    }

    @Test
    void commandLineThatTheKernelWouldNotReadToItsEndIsAMistake() {
        assertThat(
                        mistakesOf(
                                "platform = x86, machine { memory = 1GiB }, kernel { cmdline = \"iommu=soft\\u0000swiotlb=force\" }"))
                .isEqualTo(
                        "DMA-1001 board.conf:1: kernel.cmdline: command line character 11: cannot read the kernel command"
                                + " line: expected text, found a zero character. Remove it.");
    }

    @Test
    void kernelOfAnotherPlatformIsAMistake() throws IOException {
        Files.writeString(directory.resolve("config"), """
                # Linux/x86 6.12.1 Kernel Configuration
                CONFIG_64BIT=y
                CONFIG_X86_64=y
                CONFIG_X86=y
                """);

        assertThat(mistakesOf("platform = arm64, machine { memory = 1GiB }, kernel { config = config }"))
                .startsWith("DMA-1016 board.conf:1: platform: expected x86, for which config is made, found arm64.");
    }

    @Test
    void pageSizeThatTheKernelIsNotBuiltForIsAMistake() throws IOException {
        Files.writeString(directory.resolve("config"), """
                # Linux/arm64 6.12.1 Kernel Configuration
                CONFIG_ARM64=y
                CONFIG_ARM64_64K_PAGES=y
                """);

        assertThat(mistakesOf(
                        "platform = arm64, machine { memory = 1GiB, page-size = 4KiB }, kernel { config = config }"))
                .isEqualTo("DMA-1016 board.conf:1: machine.page-size: expected 64KiB, for which the kernel is built"
                        + " (config:3), found 4KiB. Change it, or give another kernel.config.");
    }

    @Test
    void kernelConfigurationThatContradictsItselfIsAMistake() throws IOException {
        Files.writeString(directory.resolve("config"), """
                # Linux/arm64 6.12.1 Kernel Configuration
                CONFIG_ARM64=y
                CONFIG_SWIOTLB=y
                # CONFIG_SWIOTLB is not set
                """);

        assertThat(mistakesOf("platform = arm64, machine { memory = 1GiB }, kernel { config = config }"))
                .isEqualTo("DMA-1016 board.conf:1: kernel.config: config line 4: contradicts line 3: expected"
                        + " CONFIG_SWIOTLB=y, found # CONFIG_SWIOTLB is not set. Remove one of the two lines.");
    }

    @Test
    void mistakesOfAllFilesComeTogether() throws IOException {
        Files.write(directory.resolve("board.dtb"), new byte[] {1, 2, 3});

        assertThat(mistakesOf("""
                platform = arm64
                kernel { config = nothing, versoin = "6.12" }
                devicetree = "board.dtb"
                devices { unknown { mask = 32bit } }
                """).lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("DMA-1002 board.conf:2: kernel.versoin"),
                        line -> assertThat(line).startsWith("DMA-1004 board.conf:2: kernel.config: expected a .config"),
                        line -> assertThat(line).startsWith("DMA-1004 board.conf:3: devicetree: board.dtb"));
    }

    @Test
    void derivedSymbolsFollowTheRulesOfTheChosenRelease() throws IOException {
        PlatformDescription old = pc("machine { memory = 1GiB }, kernel { version = \"6.1\" }");
        PlatformDescription now = pc("machine { memory = 1GiB }, kernel { version = \"6.12\" }");

        assertThat(now.system().config().value("DMA_NEED_SYNC")).isEqualTo("y");
        assertThat(old.system().config().value("DMA_NEED_SYNC")).isEqualTo("absent");
        assertThat(old.system().config().origin("DMA_NEED_SYNC"))
                .isEqualTo("Kconfig rules of 6.1 on builtin:x86_64-debian-6.12.config");
        assertThat(now.system().config().origin("DMA_NEED_SYNC")).startsWith("builtin:x86_64-debian-6.12.config:");
    }

    private PlatformDescription board(String more) throws IOException {
        Files.writeString(directory.resolve("board.dts"), BOARD);
        return describe("platform = arm64\ndevicetree = \"board.dts\"\n" + more);
    }

    private PlatformDescription pc(String more) {
        return describe("platform = x86\n" + more);
    }

    private PlatformDescription describe(String text) {
        return PlatformDescription.of(PlatformConfiguration.parse("board.conf", directory, text));
    }

    private String mistakes(String more) {
        return Objects.requireNonNull(catchThrowableOfType(DmaConfigurationException.class, () -> board(more))
                .getMessage());
    }

    /** As from a file, where mistakes of the configuration and of what it names come together. */
    private String mistakesOf(String text) {
        return Objects.requireNonNull(catchThrowableOfType(
                        DmaConfigurationException.class,
                        () -> PlatformDescription.read(Files.writeString(directory.resolve("board.conf"), text)))
                .getMessage());
    }

    private static DeviceDescription device(PlatformDescription board, String id) {
        return board.devices().stream()
                .filter(device -> device.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Hardware hardware(PlatformDescription board) {
        return board.topology().attachment("soc").orElseThrow().hardware();
    }
}
