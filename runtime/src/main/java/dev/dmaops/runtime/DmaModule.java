package dev.dmaops.runtime;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.Scopes;
import com.google.inject.name.Names;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.runtime.assembly.Clocked;
import dev.dmaops.runtime.assembly.Hooks;
import dev.dmaops.runtime.assembly.LowAddresses;
import dev.dmaops.runtime.assembly.MachineOpener;
import dev.dmaops.runtime.assembly.OpenContext;
import dev.dmaops.runtime.assembly.Planner;
import dev.dmaops.runtime.assembly.PlatformOpener;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.IommuTopology;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.NanoClock;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.PlatformPlan;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts a platform together with Guice: install it, and inject {@link DmaPlatform}, or a {@link DmaDevice} by
 * {@code @Named("its id")}.
 *
 * <p>Every hook is a binding of its own, so that {@code Modules.override(new DmaModule(…)).with(…)} exchanges one and leaves
 * the rest real: {@link IommuTopology}, {@link Machine}, {@link PhysicalMemory}, {@link PageAllocator}, {@link Cpus}, {@link
 * CacheMaintenance}, {@link EventSink}, {@link NanoClock}, {@link Hooks} (all other capabilities of platform and machine), {@link Providers}, {@link
 * PlatformPlan}.
 *
 * <p>The platform is a singleton that owns the machine: who asks for it closes it. Nothing is opened before it is asked for.
 * What goes wrong then arrives as Guice's {@code ProvisionException} with the {@link dev.dmaops.api.DmaException} as its cause.
 */
public final class DmaModule extends AbstractModule {
    private final PlatformDescription description;
    private final boolean named;

    /** Binds what the description describes. */
    public DmaModule(PlatformDescription description) {
        this(description, true);
    }

    private DmaModule(PlatformDescription description, boolean named) {
        this.description = description;
        this.named = named;
    }

    /** The same without a binding for each device, which costs more than all else when there are a thousand of them. */
    public static DmaModule withoutNames(PlatformDescription description) {
        return new DmaModule(description, false);
    }

    /**
     * Binds what the configuration describes.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake in the files that it names
     */
    public DmaModule(PlatformConfiguration configuration) {
        this(PlatformDescription.of(configuration));
    }

    /**
     * Binds what the configuration file describes.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake in it and in the files that it names
     */
    public DmaModule(Path configuration) {
        this(PlatformDescription.read(configuration));
    }

    // Providers by hand: Guice then needs neither generated classes nor reflection on ours, which is most of its
    // start-up.
    @Override
    protected void configure() {
        bind(PlatformDescription.class).toInstance(description);
        bindPlan();
        bindMachine();
        bindPlatform();
    }

    private void bindPlan() {
        Provider<Providers> providers = getProvider(Providers.class);
        Provider<IommuTopology> topology = getProvider(IommuTopology.class);
        bind(Providers.class).toProvider(Providers::load).in(Scopes.SINGLETON);
        bind(IommuTopology.class).toInstance(description.topology());
        bind(PlatformPlan.class)
                .toProvider(() -> Planner.plan(description, providers.get(), topology.get()))
                .in(Scopes.SINGLETON);
    }

    private void bindMachine() {
        Provider<Providers> providers = getProvider(Providers.class);
        Provider<PlatformPlan> plan = getProvider(PlatformPlan.class);
        Provider<Machine> machine = getProvider(Machine.class);
        bind(Machine.class)
                .toProvider(() -> MachineOpener.open(description, plan.get(), providers.get()))
                .in(Scopes.SINGLETON);
        bind(PhysicalMemory.class).toProvider(() -> machine.get().memory());
        bind(PageAllocator.class).toProvider(() -> machine.get().pages());
        bind(Cpus.class).toProvider(() -> machine.get().cpus());
        bind(CacheMaintenance.class)
                .toProvider(() -> MachineOpener.caches(machine.get(), plan.get()))
                .in(Scopes.SINGLETON);
        bind(EventSink.class).toInstance(new LoggedEvents());
        bind(NanoClock.class).toInstance(System::nanoTime);
        Provider<EventSink> events = getProvider(EventSink.class);
        bind(Hooks.class)
                .toProvider(() -> Planner.hooks(description, providers.get(), machine.get(), events.get()))
                .in(Scopes.SINGLETON);
    }

    private void bindPlatform() {
        Provider<Providers> providers = getProvider(Providers.class);
        Provider<PlatformPlan> plan = getProvider(PlatformPlan.class);
        Provider<Machine> machine = getProvider(Machine.class);
        Provider<BackendContext> context = getProvider(BackendContext.class);
        bindContext();
        bind(DmaPlatform.class)
                .toProvider(() -> open(providers.get(), plan.get(), machine.get(), context))
                .in(Scopes.SINGLETON);
        if (named) {
            bindDevices(getProvider(DmaPlatform.class));
        }
    }

    private void bindDevices(Provider<DmaPlatform> platform) {
        for (DeviceDescription device : description.devices()) {
            bind(Key.get(DmaDevice.class, Names.named(device.id())))
                    .toProvider(() -> platform.get().device(device.id()));
        }
    }

    private void bindContext() {
        Provider<PhysicalMemory> memory = getProvider(PhysicalMemory.class);
        Provider<PageAllocator> pages = getProvider(PageAllocator.class);
        Provider<Cpus> cpus = getProvider(Cpus.class);
        Provider<CacheMaintenance> caches = getProvider(CacheMaintenance.class);
        Provider<EventSink> events = getProvider(EventSink.class);
        Provider<Hooks> hooks = getProvider(Hooks.class);
        Provider<NanoClock> clock = getProvider(NanoClock.class);
        bind(BackendContext.class)
                .toProvider(() -> new OpenContext(
                        memory.get(),
                        pages.get(),
                        cpus.get(),
                        caches.get(),
                        description.system().kernel().value(),
                        description.system().policy().value(),
                        events.get(),
                        description.system().config(),
                        new Clocked(clock.get(), hooks.get())))
                .in(Scopes.SINGLETON);
    }

    private DmaPlatform open(Providers providers, PlatformPlan plan, Machine machine, Provider<BackendContext> parts) {
        BackendContext context;
        try {
            context = parts.get();
        } catch (RuntimeException e) {
            machine.close();
            throw e;
        }
        DmaPlatform platform = PlatformOpener.open(
                description.system().architecture().value().text(),
                plan,
                providers,
                machine,
                context,
                description.configuration().policy().refusePoolOutOfReach().value(),
                List.of(description, providers));
        LowAddresses.prefer(platform.devices(), plan, description.system());
        return platform;
    }
}
