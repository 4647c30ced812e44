package dev.dmaops.cli.explain;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaMask;
import dev.dmaops.firmware.kconfig.KernelArchitecture;
import dev.dmaops.firmware.kconfig.PatchCase;
import dev.dmaops.runtime.configuration.PlatformBuilder;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.Hypervisor.Kind;
import java.util.List;
import java.util.Optional;

/**
 * What a patch does to a device of one kind of kernel, in the domain for which such a kernel is most likely to want Xen's backends.
 *
 * @param kind the kind of kernel
 * @param explanation a 64-bit device in 2 GiB of RAM, before the patch and after
 */
public record PatchRow(PatchCase kind, PatchExplanation explanation) {
    private static final long RAM = 2L << 30;

    /**
     * Every kind of kernel, K1 to K10.
     *
     * @throws dev.dmaops.firmware.FirmwareException if there is no such patch
     */
    public static List<PatchRow> all(String patch) {
        return PatchCase.all().stream()
                .map(kind -> new PatchRow(kind, PatchExplanation.of(system(kind), kind.config(), patch)))
                .toList();
    }

    private static PlatformDescription system(PatchCase kind) {
        boolean pci = kind.inputs().contains("PCI=y");
        PlatformBuilder system = PlatformConfiguration.builder(architecture(kind.architecture()))
                .name(kind.id())
                .memory(RAM)
                .hypervisor(below(kind))
                .device(
                        "device",
                        device -> device.bus(pci ? Bus.PCI : Bus.PLATFORM).mask(DmaMask.ALL));
        // Without PCI the kernel can be no dom0 on x86, and a PV guest asks for Xen's ops by itself.
        return PlatformDescription.of(
                kind.inputs().contains("XEN_PV=y") && !pci
                        ? system.commandLine("iommu=soft").build()
                        : system.build());
    }

    private static Architecture architecture(KernelArchitecture kernel) {
        return switch (kernel) {
            case X86_64, X86_32 -> Architecture.X86;
            case ARM -> Architecture.ARM;
            case ARM64 -> Architecture.ARM64;
        };
    }

    private static Hypervisor below(PatchCase kind) {
        if (!kind.inputs().contains("XEN=y")) {
            return Hypervisor.NONE;
        }
        return switch (kind.architecture()) {
            case ARM, ARM64 -> xen(kind, Kind.XEN_ARM, true, true);
            case X86_64, X86_32 ->
                kind.inputs().contains("XEN_PV=y")
                        ? xen(kind, Kind.XEN_PV, kind.inputs().contains("PCI=y"), true)
                        : xen(kind, Kind.XEN_HVM, false, false);
        };
    }

    private static Hypervisor xen(PatchCase kind, Kind domain, boolean dom0, boolean directMapped) {
        return new Hypervisor(
                domain,
                dom0,
                Optional.of(domain != Kind.XEN_PV),
                Optional.of(directMapped),
                Optional.of(!directMapped),
                false,
                domain == Kind.XEN_ARM,
                "row " + kind.id());
    }

    /** The device's choice before the patch. */
    public BackendChoice before() {
        return explanation.before().choices().getFirst();
    }

    /** The device's choice after the patch. */
    public BackendChoice after() {
        return explanation.after().choices().getFirst();
    }

    /** What the kernel runs as. */
    String domain() {
        return explanation.after().domain();
    }
}
