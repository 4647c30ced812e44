package dev.dmaops.conformance.machine;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.Provider;
import com.google.inject.Scopes;
import com.google.inject.util.Modules;
import dev.dmaops.machine.sim.PlacedPages;
import dev.dmaops.machine.sim.SimDevice;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.machine.sim.SimPages;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.runtime.DmaModule;
import dev.dmaops.runtime.assembly.MachineOpener;
import dev.dmaops.runtime.assembly.Planner;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.IommuTopology;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.NanoClock;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PlatformPlan;

/** Exchanges what a recording decides: the page allocator, the hypervisor's answers, and for some the plan. All else stays real. */
final class ReplayModule extends AbstractModule {
    private final ReplayedSystem system;

    private ReplayModule(ReplayedSystem system) {
        this.system = system;
    }

    static Module of(ReplayedSystem system) {
        return Modules.override(DmaModule.withoutNames(system.description())).with(new ReplayModule(system));
    }

    @Override
    protected void configure() {
        Provider<Providers> providers = getProvider(Providers.class);
        Provider<IommuTopology> topology = getProvider(IommuTopology.class);
        Provider<PlatformPlan> plan = getProvider(PlatformPlan.class);
        Provider<SimMachine> machine = getProvider(SimMachine.class);
        bind(PlatformPlan.class)
                .toProvider(() ->
                        system.replan().apply(Planner.plan(system.description(), providers.get(), topology.get())))
                .in(Scopes.SINGLETON);
        bind(SimMachine.class).toProvider(() -> machine(plan.get())).in(Scopes.SINGLETON);
        bind(Machine.class)
                .toProvider(() ->
                        system.host().map(host -> host.answering(machine.get())).orElseGet(machine::get))
                .in(Scopes.SINGLETON);
        bind(PlacedPages.class)
                .toProvider(() -> place(plan.get(), machine.get()))
                .in(Scopes.SINGLETON);
        bind(PageAllocator.class).to(PlacedPages.class);
        bind(EventSink.class).toInstance(EventSink.NONE);
        // A recording does not say when its calls were made, and a replay is faster than a kernel in an emulator: no
        // timer runs out.
        bind(NanoClock.class).toInstance(() -> 0);
    }

    private SimMachine machine(PlatformPlan plan) {
        MachineRequest request = MachineOpener.request(system.description(), plan);
        SimMachine machine = system.host().map(host -> host.machine(request)).orElseGet(() -> SimMachine.open(request));
        if (system.onlineCpus() > 0) {
            machine.cpus().online(system.onlineCpus());
        }
        for (DevicePlan device : plan.devices()) {
            IommuGeometry geometry = system.geometries().get(device.device().id());
            if (geometry != null && device.choice().iommuDomain().translates()) {
                machine.devices()
                        .attach(SimDevice.of(device, request.pageBytes()).behind(geometry));
            }
        }
        return machine;
    }

    private PlacedPages place(PlatformPlan plan, SimMachine machine) {
        PlacedPages placed = new PlacedPages(pages(plan, machine), system.keep());
        system.pool().ifPresent(range -> {
            if (system.late()) {
                placed.placeNext(range.start(), Long.numberOfTrailingZeros(range.bytes() / placed.pageBytes()));
            } else {
                placed.placeAtBoot(range.start(), range.bytes());
            }
        });
        return placed;
    }

    /** The domain's own pages where a hypervisor is below: places of foreign pages are in the machine too. */
    private SimPages pages(PlatformPlan plan, SimMachine machine) {
        if (system.host().isEmpty()) {
            return machine.pages();
        }
        MachineRequest request = MachineOpener.request(system.description(), plan);
        return SimPages.of(request.ram(), request.pageBytes(), request.zoneDmaLimit(), request.zoneDma32());
    }
}
