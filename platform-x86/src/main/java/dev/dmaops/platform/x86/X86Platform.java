package dev.dmaops.platform.x86;

import com.google.auto.service.AutoService;
import dev.dmaops.selection.PlatformRules;
import dev.dmaops.selection.Selection;
import dev.dmaops.selection.rules.BackendRules;
import dev.dmaops.selection.rules.BounceRules;
import dev.dmaops.selection.rules.ConfigureRules;
import dev.dmaops.selection.rules.DispatchRules;
import dev.dmaops.selection.rules.GrantDmaRules;
import dev.dmaops.selection.rules.IommuDefaultRules;
import dev.dmaops.selection.rules.IommuDomainRules;
import dev.dmaops.selection.rules.IommuDriverRules;
import dev.dmaops.selection.rules.LimitRules;
import dev.dmaops.selection.rules.MaskRules;
import dev.dmaops.selection.rules.PoolRules;
import dev.dmaops.selection.rules.RestrictedPoolRules;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PlatformProvider;
import dev.dmaops.spi.SystemDescription;
import java.util.List;
import java.util.Set;

/** The rules of PCs: native, under Xen as PV, HVM or PVH, with and without an IOMMU, encrypted or not. */
@AutoService(PlatformProvider.class)
public final class X86Platform implements PlatformProvider {
    /** The procedure, step by step in the kernel's order. */
    public static final PlatformRules RULES = new PlatformRules(
            List.of(
                    BootRules.ZONES,
                    BootRules.PATH,
                    XenPvRules.OPS,
                    BootRules.POOL,
                    PoolRules.BOOT_POOL,
                    XenPvRules.LATE_OPS,
                    IommuRules.INTEL_VTD,
                    IommuRules.AMD_VI,
                    IommuRules.GART,
                    IommuDriverRules.VIRTIO,
                    IommuDefaultRules.DEFAULT,
                    IommuDefaultRules.STRICTNESS,
                    IommuDefaultRules.LAZY,
                    PoolFateRules.OPT_IN,
                    PoolFateRules.FATE),
            List.of(
                    ConfigureRules.BUS,
                    LimitRules.WINDOWS,
                    LimitRules.BY_HAND,
                    ConfigureRules.COHERENCE,
                    IommuDomainRules.PRESENT,
                    IommuDomainRules.OPINIONS,
                    IommuDomainRules.TYPE,
                    IommuDomainRules.FLUSH_QUEUE,
                    OpsRules.GLOBAL,
                    DispatchRules.IOMMU_MARK,
                    RestrictedPoolRules.RESTRICTED_POOL,
                    GrantDmaRules.GRANTS,
                    DispatchRules.DISPATCH,
                    BounceRules.WHICH_POOL,
                    BounceRules.WHEN,
                    MaskRules.ANSWER,
                    BackendRules.BACKENDS));

    /** Used by {@link java.util.ServiceLoader}. */
    public X86Platform() {}

    @Override
    public String id() {
        return "x86";
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-platform-x86";
    }

    @Override
    public Set<Architecture> architectures() {
        return Set.of(Architecture.X86);
    }

    @Override
    public PlatformPlan plan(SystemDescription system, List<DeviceDescription> devices) {
        return Selection.plan(RULES, system, devices);
    }
}
