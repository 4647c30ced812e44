package dev.dmaops.benchmarks;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.machine.sim.SimDevice;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import java.util.List;
import java.util.ServiceLoader;

/** The benchmark's device behind the simulated IOMMU, whose page tables are part of what is measured. */
final class IommuScene {
    private IommuScene() {}

    /** Operations of the device in a domain of that type. */
    static DmaOps bind(BenchContext context, DmaDeviceState state, IommuDomainType type) {
        SimMachine machine = context.machine();
        machine.devices().attach(SimDevice.of(state.id(), DeviceLimits.DEFAULT).behind(IommuGeometry.PLAIN));
        BackendChoice choice = new BackendChoice(
                state.id(), "iommu", BounceMode.NONE, PoolKind.NONE, type, SetMaskOutcome.OK, List.of());
        return ServiceLoader.load(DmaBackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals("iommu"))
                .findFirst()
                .orElseThrow()
                .open(context)
                .bind(state, choice, null);
    }
}
