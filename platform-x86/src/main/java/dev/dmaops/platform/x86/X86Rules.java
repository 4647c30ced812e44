package dev.dmaops.platform.x86;

import dev.dmaops.selection.PlatformRules;
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
import java.util.List;

/** The rules of PCs in the order of their questions. */
public final class X86Rules {
    /** The procedure, step by step in the kernel's order. */
    public static final PlatformRules ALL = new PlatformRules(
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

    private X86Rules() {}
}
