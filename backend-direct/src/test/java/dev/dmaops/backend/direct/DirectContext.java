package dev.dmaops.backend.direct;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A backend's context over a simulated machine. */
final class DirectContext implements BackendContext {
    final SimMachine machine;
    final List<String> log = new ArrayList<>();
    final List<String> maintenance = new ArrayList<>();
    final Set<String> symbols;
    final List<Object> hooks = new ArrayList<>();
    KernelVersion version = KernelVersion.of(6, 12);
    PageAllocator pages;

    DirectContext(SimMachine machine, String... symbols) {
        this.machine = machine;
        pages = machine.pages();
        this.symbols = Set.of(symbols);
    }

    @Override
    public dev.dmaops.spi.PhysicalMemory memory() {
        return machine.memory();
    }

    @Override
    public PageAllocator pages() {
        return pages;
    }

    @Override
    public dev.dmaops.spi.Cpus cpus() {
        return machine.cpus();
    }

    @Override
    public CacheMaintenance caches() {
        return new CacheMaintenance() {
            @Override
            public void forDevice(long physical, long bytes, DmaDirection direction) {
                maintenance.add(String.format("device 0x%x+%d", physical, bytes));
            }

            @Override
            public void forCpu(long physical, long bytes, DmaDirection direction) {
                maintenance.add(String.format("cpu 0x%x+%d", physical, bytes));
            }

            @Override
            public void beginUncached(long physical, long bytes) {
                maintenance.add(String.format("uncached 0x%x+%d", physical, bytes));
            }

            @Override
            public void endUncached(long physical, long bytes) {
                maintenance.add(String.format("cached 0x%x+%d", physical, bytes));
            }

            @Override
            public int lineBytes() {
                return 64;
            }
        };
    }

    @Override
    public KernelVersion kernel() {
        return version;
    }

    @Override
    public Policy policy() {
        return Policy.AS_LINUX;
    }

    @Override
    public EventSink events() {
        return (device, text) -> log.add(device + ": " + text);
    }

    @Override
    public KernelConfigView config() {
        return new KernelConfigView() {
            @Override
            public boolean enabled(String symbol) {
                return symbols.contains(symbol);
            }

            @Override
            public String value(String symbol) {
                return enabled(symbol) ? "y" : "absent";
            }

            @Override
            public String origin(String symbol) {
                return "test";
            }
        };
    }

    @Override
    public <H> Optional<H> hook(Class<H> type) {
        return hooks.stream().filter(type::isInstance).map(type::cast).findFirst();
    }
}
