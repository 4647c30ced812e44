package dev.dmaops.platform.arm;

import com.google.auto.service.AutoService;
import dev.dmaops.selection.PlatformRules;
import dev.dmaops.selection.RuleTable;
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
import java.util.stream.Stream;

/** The rules of arm and arm64 boards: native, as Xen's dom0 or domU, with and without an IOMMU. */
@AutoService(PlatformProvider.class)
public final class ArmPlatform implements PlatformProvider {
    /** The procedure of arm64, step by step in the kernel's order. */
    public static final PlatformRules ARM64 = new PlatformRules(
            system(Arm64BootRules.ZONES, Arm64BootRules.POOL),
            device(DispatchRules.IOMMU_MARK, XenRules.OPS_OF_DEVICE));

    /** The procedure of 32-bit Arm. */
    public static final PlatformRules ARM = new PlatformRules(
            system(ArmBootRules.ZONES, ArmBootRules.POOL),
            device(DispatchRules.IOMMU_MARK, SetupRules.ARM_OPS, XenRules.OPS_OF_DEVICE));

    /** Used by {@link java.util.ServiceLoader}. */
    public ArmPlatform() {}

    @Override
    public String id() {
        return "arm";
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-platform-arm";
    }

    @Override
    public Set<Architecture> architectures() {
        return Set.of(Architecture.ARM, Architecture.ARM64);
    }

    @Override
    public PlatformPlan plan(SystemDescription system, List<DeviceDescription> devices) {
        boolean wide = system.architecture().value() == Architecture.ARM64;
        return Selection.plan(wide ? ARM64 : ARM, system, devices);
    }

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
