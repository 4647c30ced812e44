package dev.dmaops.testkit;

import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Policy;
import java.util.List;
import java.util.Optional;

/**
 * A platform over a simulated machine, for tests of backends: the machine's own parts, and hooks that the test adds.
 *
 * @param machine memory, pages, processors, caches and the machine's hooks
 * @param kernel kernel whose rules apply
 * @param policy choices against the kernel's default
 * @param events where a kernel's log lines go
 * @param config kernel configuration
 * @param hooks hooks of the test, asked before the machine's
 */
public record TestContext(
        SimMachine machine,
        KernelVersion kernel,
        Policy policy,
        EventSink events,
        KernelConfigView config,
        List<Object> hooks)
        implements BackendContext {
    /** Copies the list. */
    public TestContext {
        hooks = List.copyOf(hooks);
    }

    @Override
    public PhysicalMemory memory() {
        return machine.memory();
    }

    @Override
    public PageAllocator pages() {
        return machine.pages();
    }

    @Override
    public Cpus cpus() {
        return machine.cpus();
    }

    @Override
    public CacheMaintenance caches() {
        return machine.caches();
    }

    @Override
    public <H> Optional<H> hook(Class<H> type) {
        for (Object hook : hooks) {
            if (type.isInstance(hook)) {
                return Optional.of(type.cast(hook));
            }
        }
        return machine.hook(type);
    }
}
