package dev.dmaops.platform.arm;

import com.google.auto.service.AutoService;
import dev.dmaops.selection.Selection;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PlatformProvider;
import dev.dmaops.spi.SystemDescription;
import java.util.List;
import java.util.Set;

/** The rules of arm and arm64 boards: native, as Xen's dom0 or domU, with and without an IOMMU. */
@AutoService(PlatformProvider.class)
public final class ArmPlatform implements PlatformProvider {
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
        return Selection.plan(wide ? ArmRules.ARM64 : ArmRules.ARM, system, devices);
    }

    @Override
    public List<Object> hooks(SystemDescription system, Machine machine, EventSink events) {
        return XenHooks.of(system, machine, events);
    }
}
