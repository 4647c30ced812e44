package dev.dmaops.firmware.kconfig;

import java.util.List;

/**
 * One kind of kernel in the table of the 2021 patch, with SWIOTLB_XEN as the rules of three generations give it.
 *
 * @param id {@code K1} to {@code K10}
 * @param architecture the architecture
 * @param inputs the independent values that tell the case apart, such as {@code XEN=y XEN_PV=n PCI=y}
 * @param before SWIOTLB_XEN in 5.14
 * @param after SWIOTLB_XEN in 5.15 and 6.1
 * @param recent SWIOTLB_XEN in 6.12 and 6.18
 */
public record PatchCase(
        String id, KernelArchitecture architecture, String inputs, Tristate before, Tristate after, Tristate recent) {
    private static final List<Kind> KINDS = List.of(
            new Kind("K1", KernelArchitecture.X86_64, "XEN=n PCI=y"),
            new Kind("K2", KernelArchitecture.X86_64, "XEN=y XEN_PV=y PCI=y"),
            new Kind("K3", KernelArchitecture.X86_64, "XEN=y XEN_PV=y PCI=n"),
            new Kind("K4", KernelArchitecture.X86_64, "XEN=y XEN_PV=n PCI=y"),
            new Kind("K5", KernelArchitecture.X86_64, "XEN=y XEN_PV=n PCI=n"),
            new Kind("K6", KernelArchitecture.X86_32, "XEN=y X86_PAE=y PCI=y"),
            new Kind("K7", KernelArchitecture.ARM, "XEN=n PCI=n"),
            new Kind("K8", KernelArchitecture.ARM, "XEN=y PCI=y"),
            new Kind("K9", KernelArchitecture.ARM64, "XEN=n PCI=y"),
            new Kind("K10", KernelArchitecture.ARM64, "XEN=y PCI=y"));

    private record Kind(String id, KernelArchitecture architecture, String inputs) {}

    /** {@return the ten cases, evaluated now from their independent values} */
    public static List<PatchCase> all() {
        return KINDS.stream().map(PatchCase::of).toList();
    }

    private static PatchCase of(Kind kind) {
        return new PatchCase(
                kind.id(),
                kind.architecture(),
                kind.inputs(),
                swiotlbXen(kind, new KernelVersion(5, 14, 0)),
                swiotlbXen(kind, new KernelVersion(5, 15, 0)),
                swiotlbXen(kind, new KernelVersion(6, 12, 0)));
    }

    /** {@return a configuration of this kind: its inputs, and what such a kernel needs besides to be offered Xen at all} */
    public KernelConfig config() {
        return config(new Kind(id, architecture, inputs));
    }

    static Tristate swiotlbXen(PatchCase one, KernelVersion version) {
        return swiotlbXen(new Kind(one.id(), one.architecture(), one.inputs()), version);
    }

    private static Tristate swiotlbXen(Kind kind, KernelVersion version) {
        return DmaClosure.resolve(config(kind), version).tristate("SWIOTLB_XEN");
    }

    private static KernelConfig config(Kind kind) {
        String text = (background(kind.architecture()) + " " + kind.inputs())
                .replaceAll("(\\w+)=(\\w)\\s*", "CONFIG_$1=$2\n");
        return KernelConfig.parse(kind.id(), text);
    }

    private static String background(KernelArchitecture architecture) {
        return switch (architecture) {
            case X86_64 ->
                "X86_64=y 64BIT=y HYPERVISOR_GUEST=y HAVE_STATIC_CALL=y PARAVIRT=y X86_LOCAL_APIC=y X86_TSC=y "
                        + "X86_IO_APIC=y ACPI=y";
            case X86_32 ->
                "X86_32=y 64BIT=n HYPERVISOR_GUEST=y HAVE_STATIC_CALL=y PARAVIRT=y X86_LOCAL_APIC=y X86_TSC=y "
                        + "X86_GENERIC=y X86_HAVE_PAE=y X86_IO_APIC=y ACPI=y";
            case ARM -> "ARM=y MMU=y AEABI=y OF=y CPU_V7=y";
            case ARM64 -> "ARM64=y";
        };
    }
}
