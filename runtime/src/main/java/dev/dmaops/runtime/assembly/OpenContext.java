package dev.dmaops.runtime.assembly;

import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Policy;
import java.util.Optional;

/**
 * What backends get, put together from parts that can be exchanged one by one.
 *
 * @param memory bytes behind physical addresses
 * @param pages free pages
 * @param cpus processors
 * @param caches cache maintenance
 * @param kernel kernel whose rules apply
 * @param policy choices against the kernel's default
 * @param events where messages go
 * @param config kernel configuration
 * @param hooks where the other capabilities are
 */
public record OpenContext(
        PhysicalMemory memory,
        PageAllocator pages,
        Cpus cpus,
        CacheMaintenance caches,
        KernelVersion kernel,
        Policy policy,
        EventSink events,
        KernelConfigView config,
        Hooks hooks)
        implements BackendContext {
    @Override
    public <H> Optional<H> hook(Class<H> type) {
        return hooks.find(type);
    }
}
