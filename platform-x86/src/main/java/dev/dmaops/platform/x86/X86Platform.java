package dev.dmaops.platform.x86;

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

/** The rules of PCs: native, under Xen as PV, HVM or PVH, with and without an IOMMU, encrypted or not. */
@AutoService(PlatformProvider.class)
public final class X86Platform implements PlatformProvider {
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
        return Selection.plan(X86Rules.ALL, system, devices);
    }

    @Override
    public List<Object> hooks(SystemDescription system, Machine machine, EventSink events) {
        return XenHooks.of(system, machine, events);
    }
}
