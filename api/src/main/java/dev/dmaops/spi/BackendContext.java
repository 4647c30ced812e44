package dev.dmaops.spi;

import java.util.Optional;

/** What a backend gets of the platform it serves. */
public interface BackendContext {
    /** Bytes behind physical addresses. */
    PhysicalMemory memory();

    /** Free pages. */
    PageAllocator pages();

    /** Processors. */
    Cpus cpus();

    /** Cache maintenance for devices that do not snoop. */
    CacheMaintenance caches();

    /** Kernel whose rules apply. */
    KernelVersion kernel();

    /** Choices that a configuration can make against the kernel's default. */
    Policy policy();

    /** Where messages go that a kernel would log. */
    EventSink events();

    /** The value of a kernel configuration symbol. */
    KernelConfigView config();

    /**
     * A capability that not every platform has, such as a hypervisor's memory exchange or an IOMMU.
     *
     * @return the capability, or empty: there is no default that pretends
     */
    <H> Optional<H> hook(Class<H> type);
}
