package dev.dmaops.runtime.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaRange;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuLimits;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.Sourced;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlatformConfigurationTest {
    @Test
    void workloadThatTheDomainCannotDoIsRejected() {
        assertThatThrownBy(() -> parse("""
                        platform = arm64
                        workload = network-backend
                        """))
                .hasMessage(
                        "DMA-1001 board.conf:2: workload: network-backend maps pages of other domains: expected a dom0,"
                                + " hypervisor { kind = xen or xen-pv, domain = dom0 }, found no hypervisor. Describe one, or leave"
                                + " workload out.");
        assertThatThrownBy(() -> parse("""
                        platform = arm64
                        workload = exchange-exhaustion
                        hypervisor { kind = xen, domain = dom0 }
                        """))
                .hasMessage(
                        "DMA-1001 board.conf:2: workload: exchange-exhaustion exchanges memory with Xen, which only a PV"
                                + " domain can: expected hypervisor { kind = xen-pv }, found xen-arm dom0. Describe one, or leave"
                                + " workload out.");
        assertThatThrownBy(() -> parse("""
                        platform = x86
                        hypervisor { kind = xen-pv, domain = dom0 }
                        workload = network-bakend
                        """))
                .hasMessage(
                        "DMA-1001 board.conf:3: workload: expected one of mixed, block-backend, network-backend, grant-loss,"
                                + " exchange-exhaustion, found \"network-bakend\". Did you mean network-backend?");
    }

    @Test
    void everyValueKnowsItsLine() {
        PlatformConfiguration read = parse("""
                platform = arm64
                kernel { version = "6.12", config = "config.arm64", cmdline = "swiotlb=65536,force" }
                machine {
                  kind = sim
                  memory = 4GiB
                  page-size = 16KiB
                  cpus = 8
                  cache-line = 128B
                  seed = 7
                }
                hypervisor { kind = xen, domain = dom0, direct-mapped = yes, unpopulated-pages = no }
                devicetree = "board.dtb"
                iommu { behind = [ "fe340000.mmc" ], hardware = xen-hidden, driver-wish = dma, deferred-flush = on }
                policy { skip-swiotlb-behind-iommu = yes, pool-exhausted = fail, slot-padding = zero }
                memory-encryption = cca
                devices {
                  "fe340000.mmc" {
                    bus = platform, mask = 32bit, coherent-mask = 0x3fffffff, bus-limit = 36bit, backend = swiotlb
                    untrusted = no, coherent = yes, min-align = 4KiB, max-segment = 64KiB, boundary = 4GiB
                    dma-ranges = [ { cpu = 0x0, dma = 0xc0000000, size = 1GiB } ]
                  }
                }
                workload = grant-loss
                """);

        assertThat(read.architecture()).isEqualTo(new Sourced<>(Architecture.ARM64, "board.conf:1"));
        assertThat(read.kernel().version()).contains(new Sourced<>(KernelVersion.of(6, 12), "board.conf:2"));
        assertThat(read.kernel().commandLine()).contains(new Sourced<>("swiotlb=65536,force", "board.conf:2"));
        assertThat(read.machine().memory()).contains(new Sourced<>(4L << 30, "board.conf:5"));
        assertThat(read.machine().pageBytes()).contains(new Sourced<>(16384L, "board.conf:6"));
        assertThat(read.machine().cpus()).contains(new Sourced<>(8, "board.conf:7"));
        assertThat(read.machine().cacheLineBytes()).contains(new Sourced<>(128, "board.conf:8"));
        assertThat(read.machine().seed()).isEqualTo(new Sourced<>(7L, "board.conf:9"));
        assertThat(read.hypervisor())
                .isEqualTo(new Hypervisor(
                        Hypervisor.Kind.XEN_ARM,
                        true,
                        Optional.empty(),
                        Optional.of(true),
                        Optional.of(false),
                        true,
                        true,
                        false,
                        "board.conf:11"));
        assertThat(read.workload()).isEqualTo(new Sourced<>(Workload.GRANT_LOSS, "board.conf:23"));
        assertThat(read.deviceTree()).contains(new Sourced<>("board.dtb", "board.conf:12"));
        assertThat(read.iommu().behind()).containsExactly(new Sourced<>("fe340000.mmc", "board.conf:13"));
        assertThat(read.iommu().hardware()).contains(new Sourced<>(Hardware.XEN_HIDDEN, "board.conf:13"));
        assertThat(read.iommu().driverWish()).contains(new Sourced<>(DriverWish.DMA, "board.conf:13"));
        assertThat(read.policy().policy()).isEqualTo(new Sourced<>(new Policy(true, false, true), "board.conf:14"));
        assertThat(read.encryption()).isEqualTo(new Sourced<>(MemoryEncryption.CCA, "board.conf:15"));
        DeviceSettings mmc = read.devices().getFirst();
        assertThat(mmc.id()).isEqualTo("fe340000.mmc");
        assertThat(mmc.origin()).isEqualTo("board.conf:17");
        assertThat(mmc.bus()).contains(new Sourced<>(Bus.PLATFORM, "board.conf:18"));
        assertThat(mmc.mask()).contains(new Sourced<>(0xffff_ffffL, "board.conf:18"));
        assertThat(mmc.coherentMask()).contains(new Sourced<>(0x3fff_ffffL, "board.conf:18"));
        assertThat(mmc.busLimit()).contains(new Sourced<>(0xf_ffff_ffffL, "board.conf:18"));
        assertThat(mmc.backend()).contains(new Sourced<>("swiotlb", "board.conf:18"));
        assertThat(mmc.minAlignBytes()).contains(new Sourced<>(4096L, "board.conf:19"));
        assertThat(mmc.boundaryBytes()).contains(new Sourced<>(1L << 32, "board.conf:19"));
        assertThat(mmc.ranges().orElseThrow().value()).containsExactly(new DmaRange(0, 0xc000_0000L, 1L << 30));
    }

    @Test
    void whatIsNotSaidHasADefault() {
        PlatformConfiguration read = parse("platform = x86");

        assertThat(read.kernel()).isEqualTo(KernelSettings.DEFAULT);
        assertThat(read.machine()).isEqualTo(MachineSettings.DEFAULT);
        assertThat(read.hypervisor()).isEqualTo(Hypervisor.NONE);
        assertThat(read.iommu()).isEqualTo(IommuSettings.DEFAULT);
        assertThat(read.policy()).isEqualTo(PolicySettings.DEFAULT);
        assertThat(read.devices()).isEmpty();
    }

    @Test
    void builderSaysTheSameAsTheFile() {
        PlatformConfiguration read = parse("""
                platform = x86
                kernel { version = "6.1", cmdline = "iommu=soft" }
                machine { ram = [ { start = 0x0, size = 2GiB }, { start = 4GiB, size = 6GiB } ] }
                devices { "0000:00:1f.2" { bus = pci, mask = 64bit, untrusted = yes } }
                """);
        PlatformConfiguration built = PlatformConfiguration.builder(Architecture.X86)
                .kernel(KernelVersion.of(6, 1))
                .commandLine("iommu=soft")
                .ram(new MemoryRange(0, 2L << 30), new MemoryRange(4L << 30, 6L << 30))
                .device(
                        "0000:00:1f.2",
                        device -> device.bus(Bus.PCI).mask(DmaMask.ALL).untrusted(true))
                .build();

        assertThat(built)
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*origin", "name", "directory")
                .isEqualTo(read);
    }

    @Test
    void allMistakesOfAFileAreReportedTogether() {
        assertThat(mistakes("""
                platform = arm65
                kernel { verison = "6.12", version = six }
                machine { memory = 4096, page-size = 8KiB, ram = 3, cpus = 0 }
                hypervisor { kind = xen-pv }
                iommu { behind = [ { a = 1 } ], driver-wish = identiy }
                policy { pool-exhausted = wait, slot-padding = random }
                devices {
                  "fe340000.mmc" { mask = 65bit, max-segment = 64KB, boundary = 3MiB, backend = "Swiotlb!", unstrusted = yes }
                  fe204000.spi { mask = 32bit }
                  i2c = 5
                }
                polcy { }
                """)).isEqualTo("""
                DMA-1001 board.conf:1: platform: expected one of x86, arm, arm64, found "arm65". Did you mean arm64 or arm?
                DMA-1001 board.conf:2: kernel.version: expected a kernel release such as "6.12" or "6.12.117", found "six". Write it in quotes.
                DMA-1002 board.conf:2: kernel.verison: there is no such key: expected one of version, config, cmdline. Did you mean version?
                DMA-1005 board.conf:3: machine.memory: a bare number says nothing about its unit: expected a size with a unit, such as 4GiB, 64KiB or 64B, found 4096. Add the unit.
                DMA-1001 board.conf:3: machine.ram: expected a list of ranges, such as [ { start = 0x0, size = 2GiB } ], found 3.
                DMA-1001 board.conf:3: machine.page-size: expected 4KiB, 16KiB or 64KiB, found 8KiB.
                DMA-1001 board.conf:3: machine.cpus: expected a whole number from 1 to 8192, found 0.
                DMA-1001 board.conf:4: hypervisor.kind: expected one of none, xen, found "xen-pv". Did you mean xen?
                DMA-1001 board.conf:5: iommu.behind: expected a list of names, such as [ "fe340000.mmc" ], found an object.
                DMA-1001 board.conf:5: iommu.driver-wish: expected one of none, identity, dma, found "identiy". Did you mean identity?
                DMA-1001 board.conf:6: policy.slot-padding: expected one of as-linux, zero, found "random".
                DMA-1001 board.conf:6: policy.pool-exhausted: expected fail, found "wait".
                DMA-1005 board.conf:8: devices."fe340000.mmc".mask: expected a mask, such as 32bit or 0xffffffff, found "65bit".
                DMA-1001 board.conf:8: devices."fe340000.mmc".backend: expected auto or the id of a backend, such as swiotlb, found "Swiotlb!".
                DMA-1005 board.conf:8: devices."fe340000.mmc".max-segment: expected a size with a unit, such as 4GiB, 64KiB or 64B, found "64KB".
                DMA-1001 board.conf:8: devices."fe340000.mmc".boundary: expected a power of two, found 3MiB.
                DMA-1002 board.conf:8: devices."fe340000.mmc".unstrusted: there is no such key: expected one of bus, mask, coherent-mask, bus-limit, dma-ranges, backend, coherent, untrusted, virtio, no-dma, max-segment, boundary, min-align. Did you mean untrusted?
                DMA-1001 board.conf:9: devices.fe204000: a device name with a dot needs quotes: expected "fe204000.spi" { … }, found fe204000.spi.
                DMA-1001 board.conf:10: devices.i2c: expected an object { … }, found 5.
                DMA-1002 board.conf:12: polcy: there is no such key: expected one of platform, kernel, machine, hypervisor, devicetree, iommu, pci, policy, memory-encryption, devices, workload. Did you mean policy?
                """.strip());
    }

    @Test
    void ramRangesThatOverlapOrStandBesideASizeAreMistakes() {
        assertThat(mistakes("""
                platform = x86
                machine {
                  memory = 1GiB
                  ram = [
                    { start = 0x1000, size = 8KiB }
                    { start = 0x0, size = 8KiB }
                    { start = 0xfffffffffffff000, size = 8KiB }
                    { size = 8KiB, start = 12 }
                    { end = 5 }
                  ]
                }
                """)).isEqualTo("""
                DMA-1001 board.conf:7: machine.ram[2].size: expected a range of at least one byte within 64 address bits, found start 0xfffffffffffff000 size 8KiB.
                DMA-1005 board.conf:8: machine.ram[3].start: a bare number says nothing about its unit: expected an address, such as 0x40000000 or 1GiB, found 12. Add the unit.
                DMA-1001 board.conf:9: machine.ram[4].start is missing: expected an address, such as 0x40000000.
                DMA-1001 board.conf:9: machine.ram[4].size is missing: expected a size, such as 2GiB.
                DMA-1002 board.conf:9: machine.ram[4].end: there is no such key: expected one of start, size.
                DMA-1001 board.conf:5: machine.ram: expected ranges that do not overlap, found 0x1000-0x2fff and 0x0-0x1fff.
                DMA-1001 board.conf:3: machine.memory: expected either a size or ranges, found both (ram is at board.conf:6). Remove one of the two.
                """.strip());
    }

    @Test
    void iommuSaysWhatItTranslatesAndTheBridgeWhatItKeeps() {
        PlatformConfiguration read = parse("""
                platform = x86
                iommu {
                  page-sizes = [ 4KiB, 2MiB ], aperture-first = 0x10000, aperture-last = 39bit
                  reserved = [ { start = 0xfee00000, size = 1MiB, kind = msi }, { start = 1MiB, size = 4KiB } ]
                }
                pci { windows = [ { start = 0xc0000000, size = 512MiB }, { start = 0xa0000, size = 128KiB } ] }
                """);

        assertThat(read.iommu().limits())
                .isEqualTo(new IommuLimits(
                        OptionalLong.of(0x201000),
                        OptionalLong.of(0x10000),
                        OptionalLong.of((1L << 39) - 1),
                        Optional.of(List.of(
                                new IommuReservedRegion(new MemoryRange(0xfee0_0000L, 0x10_0000), Kind.MSI),
                                new IommuReservedRegion(new MemoryRange(0x10_0000, 0x1000), Kind.RESERVED))),
                        List.of()));
        assertThat(read.pci().windows())
                .containsExactly(
                        new Sourced<>(new MemoryRange(0xa_0000, 0x2_0000), "board.conf:6"),
                        new Sourced<>(new MemoryRange(0xc000_0000L, 512L << 20), "board.conf:6"));
    }

    @Test
    void builderSaysTheSameOfTheIommu() {
        MemoryRange window = new MemoryRange(0xa_0000, 0x2_0000);
        IommuReservedRegion kept = new IommuReservedRegion(new MemoryRange(0x10_0000, 0x1000), Kind.DIRECT);

        PlatformConfiguration built = PlatformConfiguration.builder(Architecture.X86)
                .iommu(iommu -> iommu.behind("a", "b")
                        .hardware(Hardware.VIRTIO)
                        .driverWish(DriverWish.DMA)
                        .deferredFlush(false)
                        .pageSizes(4096, Long.MIN_VALUE)
                        .aperture(4096, -1)
                        .reserved(kept))
                .bridgeWindows(window)
                .build();

        assertThat(built.iommu().behind()).extracting(Sourced::value).containsExactly("a", "b");
        assertThat(built.iommu().hardware()).map(Sourced::value).contains(Hardware.VIRTIO);
        assertThat(built.iommu().driverWish()).map(Sourced::value).contains(DriverWish.DMA);
        assertThat(built.iommu().deferredFlush()).map(Sourced::value).contains(false);
        assertThat(built.iommu().limits())
                .isEqualTo(new IommuLimits(
                        OptionalLong.of(Long.MIN_VALUE | 4096),
                        OptionalLong.of(4096),
                        OptionalLong.of(-1),
                        Optional.of(List.of(kept)),
                        List.of()));
        assertThat(built.pci().windows()).extracting(Sourced::value).containsExactly(window);
        assertThat(PlatformConfiguration.builder(Architecture.X86)
                        .iommu(IommuBuilder::absent)
                        .build()
                        .iommu()
                        .present()
                        .value())
                .isFalse();
    }

    @Test
    void impossibleAddressesOfAnIommuAreMistakes() {
        assertThat(mistakes("""
                platform = x86
                iommu {
                  page-sizes = [ 4KiB, 3MiB ]
                  aperture-first = 0x1000
                  aperture-last = 32bit
                  reserved = [
                    { start = 0x100000000, size = 4KiB }
                    { start = 0x0, size = 4KiB, kind = window }
                  ]
                }
                pci { windows = [ { start = 0x0, size = 0B } ] }
                """)).isEqualTo("""
                DMA-1005 board.conf:3: iommu.page-sizes: expected powers of two with a unit, such as [ 4KiB, 2MiB ], found "3MiB".
                DMA-1001 board.conf:8: iommu.reserved[1].kind: expected one of reserved, direct, msi, software-msi, found "window".
                DMA-1001 board.conf:7: iommu.reserved: expected ranges inside of the aperture 0x1000-0xffffffff, found 0x100000000-0x100000fff. Widen the aperture, or leave the range out.
                DMA-1001 board.conf:8: iommu.reserved: expected ranges inside of the aperture 0x1000-0xffffffff, found 0x0-0xfff. Widen the aperture, or leave the range out.
                DMA-1001 board.conf:11: pci.windows[0].size: expected a range of at least one byte within 64 address bits, found start 0x0 size 0B.
                """.strip());
        assertThat(mistakes("platform = x86\niommu { aperture-first = 0x2000, aperture-last = 12bit }\n"))
                .isEqualTo("DMA-1001 board.conf:2: iommu.aperture-last: expected an address that is not below"
                        + " aperture-first 0x2000, found 0xfff.");
    }

    @Test
    void textThatIsNoHoconNamesItsLine() {
        assertThat(mistakes("platform = arm64\nkernel { version = \"6.12\"\n"))
                .startsWith("DMA-1001 board.conf:")
                .contains("cannot read the HOCON text: ");
    }

    @Test
    void missingFileIsOneMistake(@TempDir Path directory) {
        Path file = directory.resolve("nothing.conf");

        DmaConfigurationException mistake =
                catchThrowableOfType(DmaConfigurationException.class, () -> PlatformConfiguration.read(file));

        assertThat(mistake)
                .hasMessage("DMA-1004 " + file
                        + ": cannot read the configuration: expected a file, found nothing. Check the path.");
    }

    @Test
    void includedFileIsNamedForItsOwnMistakes(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("common.conf"), "\nkernel { verison = x }\n");
        Path file = Files.writeString(directory.resolve("main.conf"), "platform = x86\ninclude \"common.conf\"\n");

        DmaConfigurationException mistake =
                catchThrowableOfType(DmaConfigurationException.class, () -> PlatformConfiguration.read(file));

        assertThat(mistake.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.where()).isEqualTo("common.conf:2"));
    }

    private static PlatformConfiguration parse(String text) {
        return PlatformConfiguration.parse("board.conf", Path.of(""), text);
    }

    private static String mistakes(String text) {
        DmaConfigurationException mistake = catchThrowableOfType(DmaConfigurationException.class, () -> parse(text));
        return String.valueOf(mistake.getMessage());
    }
}
