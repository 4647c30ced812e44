package dev.dmaops.selection;

/** The words of the kernel command line that DMA depends on (Linux 6.12). */
public final class CommandLineFacts {
    /** {@code swiotlb=…,force}. */
    public static final Fact<Boolean> SWIOTLB_FORCE = Fact.flag("cmdline.swiotlb.force");

    /** {@code swiotlb=…,noforce}. */
    public static final Fact<Boolean> SWIOTLB_NOFORCE = Fact.flag("cmdline.swiotlb.noforce");

    /** {@code iommu=off} on x86. */
    public static final Fact<Boolean> IOMMU_OFF = Fact.flag("cmdline.iommu.off");

    /** {@code iommu=force} and its relatives on x86. */
    public static final Fact<Boolean> IOMMU_FORCE = Fact.flag("cmdline.iommu.force");

    /** {@code iommu=soft} on x86. */
    public static final Fact<Boolean> IOMMU_SOFT = Fact.flag("cmdline.iommu.soft");

    /** {@code iommu.passthrough=}, or {@code iommu=pt} and {@code iommu=nopt} on x86. */
    public static final Fact<Saying> PASSTHROUGH = Saying.fact("cmdline.iommu.passthrough");

    /** {@code iommu.strict=}, or {@code intel_iommu=strict} and {@code amd_iommu=fullflush} on x86. */
    public static final Fact<Saying> STRICT = Saying.fact("cmdline.iommu.strict");

    /** {@code intel_iommu=on} or {@code off}. */
    public static final Fact<Saying> INTEL = Saying.fact("cmdline.intel_iommu");

    /** {@code intel_iommu=off}: not even firmware can switch VT-d on. */
    public static final Fact<Boolean> INTEL_NO_OPT_IN = Fact.flag("cmdline.intel_iommu.no-opt-in");

    /** {@code intel_iommu=tboot_noforce}. */
    public static final Fact<Boolean> INTEL_TBOOT_NOFORCE = Fact.flag("cmdline.intel_iommu.tboot_noforce");

    /** {@code amd_iommu=off}. */
    public static final Fact<Boolean> AMD_OFF = Fact.flag("cmdline.amd_iommu.off");

    private CommandLineFacts() {}
}
