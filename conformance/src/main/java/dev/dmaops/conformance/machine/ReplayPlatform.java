package dev.dmaops.conformance.machine;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaException;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.machine.sim.PlacedPages;
import dev.dmaops.machine.sim.SimCpus;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.runtime.assembly.Hooks;
import dev.dmaops.runtime.assembly.OpenPools;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A platform in a simulated machine, opened as any other, with two things decided from outside: where the next pages lie, and on
 * which processor the caller runs. One replay, one platform, one thread.
 */
public final class ReplayPlatform implements AutoCloseable {
    private final DmaPlatform platform;
    private final SimMachine machine;
    private final PlacedPages pages;
    private final Hooks hooks;
    private SimCpus.@Nullable Pin pin;

    private ReplayPlatform(Injector injector) {
        pages = injector.getInstance(PlacedPages.class);
        platform = injector.getInstance(DmaPlatform.class);
        machine = injector.getInstance(SimMachine.class);
        hooks = injector.getInstance(Hooks.class);
        cpu(0);
    }

    /**
     * Opens.
     *
     * @throws DmaConfigurationException when it cannot be opened
     */
    public static ReplayPlatform open(ReplayedSystem system) {
        try {
            return new ReplayPlatform(Guice.createInjector(Stage.DEVELOPMENT, ReplayModule.of(system)));
        } catch (ProvisionException e) {
            if (e.getCause() instanceof DmaException ours) {
                throw ours;
            }
            throw e;
        }
    }

    /** The platform. */
    public DmaPlatform platform() {
        return platform;
    }

    /** RAM and processors. */
    public SimMachine machine() {
        return machine;
    }

    /** Where the next pages lie. */
    public PlacedPages pages() {
        return pages;
    }

    /**
     * A device, or nothing when its backend is not built.
     *
     * @throws DmaConfigurationException for an id that the platform does not have
     */
    public Optional<DmaDevice> device(String id) {
        return platform.devices().stream()
                .filter(device -> device.id().equals(id))
                .findFirst();
    }

    /** Why a device cannot be used, in the same words for the same cause. */
    public String whyClosed(String id) {
        return platform.choices().stream()
                .filter(choice -> choice.device().equals(id))
                .findFirst()
                .map(choice -> "backend " + choice.backend() + " is not built")
                .orElse("there is no device " + id);
    }

    /** The pool behind a device. */
    public Optional<BouncePool> pool(DmaDevice device) {
        return platform.part(OpenPools.class).flatMap(pools -> pools.of(device.choice()));
    }

    /** Puts the calling thread on a processor, until the next call. */
    public void cpu(int number) {
        SimCpus.Pin next = machine.cpus().pin(number);
        if (pin != null) {
            pin.close();
            next = machine.cpus().pin(number);
        }
        pin = next;
    }

    /** The physical address behind a DMA address of a device; -1 when there is none. */
    public long physical(DmaDevice device, long dma) {
        if (device.choice().iommuDomain().translates()) {
            return machine.iommu().domain(device.id()).translate(dma);
        }
        return device.state().ranges().toPhysical(dma);
    }

    /** The bus frame of a page frame, as the hypervisor's tables say; the frame itself without one. In pages of 4096 bytes. */
    public long busFrame(long pfn) {
        return hooks.find(BusFrames.class).map(frames -> frames.toBus(pfn)).orElse(pfn);
    }

    /** A capability of platform or machine, or nothing. */
    public <H> Optional<H> hook(Class<H> type) {
        return hooks.find(type);
    }

    @Override
    public void close() {
        if (pin != null) {
            pin.close();
        }
        platform.close();
    }
}
