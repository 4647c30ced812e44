package dev.dmaops.integration.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.machine.sim.SimDevices;
import dev.dmaops.machine.sim.SimFault.Reason;
import dev.dmaops.machine.sim.SimFaults;
import dev.dmaops.runtime.ConfiguredPlatform;
import dev.dmaops.runtime.configuration.IommuBuilder;
import dev.dmaops.runtime.configuration.PlatformBuilder;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Policy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Platform × kernel × IOMMU × device: which backend each device gets, and that the same work then ends with the same bytes
 * everywhere.
 */
final class IommuMatrixTest {
    private static final long GIB = 1L << 30;
    private static final String NARROW = "0000:00:02.0";
    private static final String WIDE = "0000:00:03.0";
    private static final String UNTRUSTED = "0000:00:04.0";
    private static final String ALOOF = "aloof";

    /** What all of the cells must end with; whatever runs first says it. */
    private static final Set<Long> SEEN = new HashSet<>();

    enum Iommu {
        ABSENT,
        IDENTITY,
        DMA,
        DMA_FQ,
        HIDDEN_BY_XEN
    }

    record Cell(Architecture architecture, KernelVersion kernel, Iommu iommu) {
        @Override
        public String toString() {
            return architecture.text() + " " + kernel + " " + iommu;
        }
    }

    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Architecture architecture : List.of(Architecture.X86, Architecture.ARM64, Architecture.ARM)) {
            for (int[] version : new int[][] {{5, 15}, {6, 1}, {6, 12}, {6, 18}}) {
                for (Iommu iommu : Iommu.values()) {
                    cells.add(new Cell(architecture, KernelVersion.of(version[0], version[1]), iommu));
                }
            }
        }
        return cells;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void everyCellChoosesByTheRulesAndEndsWithTheSameBytes(Cell cell) {
        try (DmaPlatform platform = ConfiguredPlatform.open(configuration(cell))) {
            for (BackendChoice choice : platform.choices()) {
                String id = choice.device();
                assertThat(choice.backend()).as("%s %s", cell, id).isEqualTo(backend(cell, id));
                assertThat(choice.iommuDomain()).as("%s %s", cell, id).isEqualTo(domain(cell, id));
                assertThat(choice.setMask()).as("%s %s", cell, id).isEqualTo(SetMaskOutcome.OK);
                SEEN.add(SameWorkload.run(platform, id));
                assertThat(SEEN).as("%s %s", cell, id).hasSize(1);
            }
        }
    }

    /** What the same board does under Xen when its SMMU is shown to the kernel, by the order of the two in each kernel. */
    @ParameterizedTest(name = "{0} skip={1}")
    @CsvSource({
        "5.15, false, swiotlb-xen, OK",
        "6.1, false, swiotlb-xen, OK",
        "6.12, false, iommu, EIO",
        "5.15, true, iommu, OK",
        "6.12, true, iommu, OK",
    })
    void sameArmBoardUnderXenFollowsTheOrderOfItsKernelOrThePolicy(
            String kernel, boolean skip, String backend, SetMaskOutcome mask) {
        PlatformConfiguration board = underXen(kernel, skip, Hardware.SMMU);
        try (DmaPlatform platform = ConfiguredPlatform.open(board)) {
            for (BackendChoice choice : platform.choices()) {
                assertThat(choice.backend()).isEqualTo(backend);
                assertThat(choice.setMask()).isEqualTo(mask);
            }
            if (backend.equals("swiotlb-xen")) {
                for (BackendChoice choice : platform.choices()) {
                    assertThat(choice.iommuDomain()).isEqualTo(IommuDomainType.DMA);
                    reachesNothing(platform, choice.device());
                }
                return;
            }
            for (BackendChoice choice : platform.choices()) {
                SEEN.add(SameWorkload.run(platform, choice.device()));
            }
            assertThat(SEEN).hasSize(1);
        }
    }

    /** Machine addresses, which the tables of the SMMU do not have: every access ends there, and no byte of memory changes. */
    private static void reachesNothing(DmaPlatform platform, String id) {
        SimFaults faults = platform.part(SimDevices.class).orElseThrow().faults();
        faults.clear();
        SameWorkload.Played played = SameWorkload.play(platform, id);
        assertThat(played.accesses()).isPositive().isEqualTo(played.faulted());
        assertThat(faults.all()).isNotEmpty().allSatisfy(fault -> {
            assertThat(fault.device()).isEqualTo(id);
            assertThat(fault.reason()).isEqualTo(Reason.IOMMU_NOT_MAPPED);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.15", "6.1"})
    void machineAddressesPassAnSmmuThatTheOlderKernelLeftInIdentity(String kernel) {
        PlatformConfiguration board = underXen(kernel, false, Hardware.SMMU, "iommu.passthrough=1");
        try (DmaPlatform platform = ConfiguredPlatform.open(board)) {
            for (BackendChoice choice : platform.choices()) {
                assertThat(choice.backend()).isEqualTo("swiotlb-xen");
                assertThat(choice.iommuDomain()).isEqualTo(IommuDomainType.IDENTITY);
                SEEN.add(SameWorkload.run(platform, choice.device()));
            }
            assertThat(SEEN).hasSize(1);
        }
    }

    @ParameterizedTest(name = "{0} skip={1}")
    @CsvSource({"5.15, false, swiotlb-xen", "6.12, false, swiotlb-xen", "5.15, true, swiotlb", "6.12, true, swiotlb"})
    void sameArmBoardWithItsSmmuHiddenByXenUsesItsGuestAddressesByPolicyOnly(
            String kernel, boolean skip, String backend) {
        try (DmaPlatform platform = ConfiguredPlatform.open(underXen(kernel, skip, Hardware.XEN_HIDDEN))) {
            for (BackendChoice choice : platform.choices()) {
                assertThat(choice.backend()).isEqualTo(backend);
                SEEN.add(SameWorkload.run(platform, choice.device()));
            }
            assertThat(SEEN).hasSize(1);
        }
    }

    private static PlatformConfiguration underXen(String kernel, boolean skip, Hardware hardware) {
        return underXen(kernel, skip, hardware, "iommu.strict=1");
    }

    private static PlatformConfiguration underXen(String kernel, boolean skip, Hardware hardware, String line) {
        return PlatformConfiguration.builder(Architecture.ARM64)
                .kernel(KernelVersion.parse(kernel).orElseThrow())
                .commandLine(line)
                .hypervisor(xen(Architecture.ARM64))
                .policy(new Policy(skip, false, false))
                .ram(new MemoryRange(GIB, 128 << 20))
                .iommu(iommu -> iommu.behind("*").hardware(hardware))
                .device(
                        NARROW,
                        device -> device.bus(Bus.PCI).mask(DmaMask.ofBits(32)).coherent(true))
                .device(
                        WIDE,
                        device -> device.bus(Bus.PCI).mask(DmaMask.ofBits(64)).coherent(false))
                .build();
    }

    // An untrusted device always translates, strictly; identity leaves the rest to the other rules; Xen on x86 PV and
    // on a directly
    // mapped Arm domain translates itself; without any of them a pool stands behind whoever might need it, where there
    // is one.
    private static String backend(Cell cell, String id) {
        if (cell.iommu == Iommu.HIDDEN_BY_XEN) {
            return cell.architecture == Architecture.X86 ? "xen-pv" : "swiotlb-xen";
        }
        if (cell.architecture == Architecture.ARM) {
            return cell.iommu == Iommu.ABSENT ? "direct" : "iommu";
        }
        return domain(cell, id).translates() ? "iommu" : "swiotlb";
    }

    // 32-bit Arm translates by itself and asks the IOMMU's core for identity.
    private static IommuDomainType domain(Cell cell, String id) {
        boolean driven = cell.iommu != Iommu.ABSENT && cell.iommu != Iommu.HIDDEN_BY_XEN;
        if (driven && cell.architecture == Architecture.ARM) {
            return IommuDomainType.IDENTITY;
        }
        return switch (cell.iommu) {
            case ABSENT, HIDDEN_BY_XEN -> IommuDomainType.NONE;
            case IDENTITY -> id.equals(UNTRUSTED) ? IommuDomainType.DMA : IommuDomainType.IDENTITY;
            case DMA -> IommuDomainType.DMA;
            case DMA_FQ -> id.equals(UNTRUSTED) ? IommuDomainType.DMA : IommuDomainType.DMA_FQ;
        };
    }

    private static PlatformConfiguration configuration(Cell cell) {
        boolean x86 = cell.architecture == Architecture.X86;
        PlatformBuilder builder = PlatformConfiguration.builder(cell.architecture)
                .kernel(cell.kernel)
                .commandLine((x86 ? "intel_iommu=on " : "") + line(cell.iommu))
                .device(
                        NARROW,
                        device -> device.bus(Bus.PCI).mask(DmaMask.ofBits(32)).coherent(true))
                .device(
                        WIDE,
                        device -> device.bus(Bus.PCI).mask(DmaMask.ofBits(64)).coherent(true))
                // Without a pool parts of pages are refused to a device that is not trusted, and 32-bit Arm has none.
                .device(
                        UNTRUSTED,
                        device -> device.bus(Bus.PCI)
                                .mask(DmaMask.ofBits(64))
                                .coherent(true)
                                .untrusted(cell.architecture != Architecture.ARM))
                .device(
                        ALOOF,
                        device -> device.bus(Bus.PLATFORM)
                                .mask(DmaMask.ofBits(32))
                                .coherent(x86));
        switch (cell.iommu) {
            case ABSENT -> builder.iommu(IommuBuilder::absent);
            case HIDDEN_BY_XEN ->
                builder.hypervisor(xen(cell.architecture))
                        .iommu(iommu -> iommu.behind("*").hardware(Hardware.XEN_HIDDEN));
            default -> builder.iommu(iommu -> iommu.behind("*").hardware(hardware(cell.architecture)));
        }
        return builder.ram(ram(cell)).build();
    }

    /** Debian's 32-bit kernel has no driver for the usual SMMU. */
    private static Hardware hardware(Architecture architecture) {
        return switch (architecture) {
            case X86 -> Hardware.INTEL;
            case ARM64 -> Hardware.SMMU;
            default -> Hardware.ROCKCHIP;
        };
    }

    private static String line(Iommu iommu) {
        return switch (iommu) {
            case IDENTITY -> "iommu.passthrough=1";
            case DMA_FQ -> "iommu.strict=0";
            default -> "iommu.strict=1";
        };
    }

    private static MemoryRange[] ram(Cell cell) {
        boolean xen = cell.iommu == Iommu.HIDDEN_BY_XEN;
        long low = cell.architecture == Architecture.X86 ? 0 : GIB;
        return xen
                ? new MemoryRange[] {new MemoryRange(low, 128 << 20)}
                : cell.architecture == Architecture.ARM
                        ? new MemoryRange[] {new MemoryRange(low, GIB)}
                        : new MemoryRange[] {new MemoryRange(low, GIB), new MemoryRange(4 * GIB, GIB)};
    }

    private static Hypervisor xen(Architecture architecture) {
        boolean x86 = architecture == Architecture.X86;
        return new Hypervisor(
                x86 ? Hypervisor.Kind.XEN_PV : Hypervisor.Kind.XEN_ARM,
                true,
                Optional.of(!x86),
                Optional.of(!x86),
                Optional.of(x86),
                x86,
                !x86,
                "test");
    }
}
