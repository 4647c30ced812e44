package dev.dmaops.spi;

import java.util.Optional;

/** RAM, pages and processors, and what else a machine has. */
public interface Machine extends AutoCloseable {
    /** Bytes behind physical addresses. */
    PhysicalMemory memory();

    /** Free pages. */
    PageAllocator pages();

    /** Processors. */
    Cpus cpus();

    /** A capability that not every machine has: an IOMMU, a hypervisor, cache maintenance. */
    <H> Optional<H> hook(Class<H> type);

    /** Gives everything back. */
    @Override
    void close();
}
