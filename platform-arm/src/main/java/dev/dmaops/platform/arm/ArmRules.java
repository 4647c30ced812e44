package dev.dmaops.platform.arm;

import dev.dmaops.selection.PlatformRules;
import dev.dmaops.selection.RuleTable;
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
import java.util.stream.Stream;

/** The rules of arm and arm64 in the order of their questions. */
public final class ArmRules {
    /** The procedure of arm64, step by step in the kernel's order. */
    public static final PlatformRules ARM64 = new PlatformRules(
            system(Arm64BootRules.ZONES, Arm64BootRules.POOL),
            device(DispatchRules.IOMMU_MARK, XenRules.OPS_OF_DEVICE));

    /** The procedure of 32-bit Arm. */
    public static final PlatformRules ARM = new PlatformRules(
            system(ArmBootRules.ZONES, ArmBootRules.POOL),
            device(DispatchRules.IOMMU_MARK, SetupRules.ARM_OPS, XenRules.OPS_OF_DEVICE));

    private ArmRules() {}

    private static List<RuleTable> system(RuleTable zones, RuleTable pool) {
        return List.of(
                zones,
                pool,
                PoolRules.BOOT_POOL,
                XenRules.DETECTION,
                XenRules.LATE_POOL,
                IommuDriverRules.BY_CONFIG,
                IommuDefaultRules.DEFAULT,
                IommuDefaultRules.STRICTNESS,
                IommuDefaultRules.LAZY);
    }

    private static List<RuleTable> device(RuleTable... setup) {
        List<RuleTable> before = List.of(
                ConfigureRules.BUS,
                LimitRules.WINDOWS,
                LimitRules.BY_HAND,
                ConfigureRules.COHERENCE,
                IommuDomainRules.PRESENT,
                IommuDomainRules.OPINIONS,
                IommuDomainRules.TYPE,
                IommuDomainRules.FLUSH_QUEUE);
        List<RuleTable> after = List.of(
                RestrictedPoolRules.RESTRICTED_POOL,
                GrantDmaRules.GRANTS,
                DispatchRules.DISPATCH,
                BounceRules.WHICH_POOL,
                BounceRules.WHEN,
                MaskRules.ANSWER,
                BackendRules.BACKENDS);
        return Stream.of(before, List.of(setup), after).flatMap(List::stream).toList();
    }
}
