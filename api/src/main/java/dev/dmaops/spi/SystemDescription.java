package dev.dmaops.spi;

import java.util.List;
import java.util.Optional;

/**
 * Everything about a booted system that its DMA choices depend on, each fact with its origin.
 *
 * @param architecture instruction set
 * @param kernel Linux release whose rules apply
 * @param config kernel configuration
 * @param commandLine kernel command line
 * @param hypervisor what runs below the kernel
 * @param encryption memory encryption
 * @param ram RAM of the memory map, ascending
 * @param ramAboveLimit whether there is RAM above what narrow devices reach; empty to compute it from {@code ram}
 * @param firmwareDmaLimit highest CPU address that every bus in the firmware description reaches; empty when it sets none
 * @param cpus processors there can ever be
 * @param pageBytes page size in bytes
 * @param policy choices of the configuration
 * @param firmwareSwitches what firmware says that can switch an Intel IOMMU on
 */
public record SystemDescription(
        Sourced<Architecture> architecture,
        Sourced<KernelVersion> kernel,
        KernelConfigView config,
        Sourced<String> commandLine,
        Hypervisor hypervisor,
        Sourced<MemoryEncryption> encryption,
        List<MemoryRange> ram,
        Optional<Sourced<Boolean>> ramAboveLimit,
        Optional<Sourced<Long>> firmwareDmaLimit,
        Sourced<Integer> cpus,
        long pageBytes,
        Sourced<Policy> policy,
        Sourced<FirmwareSwitches> firmwareSwitches) {
    /** A system whose firmware switches no IOMMU on. */
    public SystemDescription(
            Sourced<Architecture> architecture,
            Sourced<KernelVersion> kernel,
            KernelConfigView config,
            Sourced<String> commandLine,
            Hypervisor hypervisor,
            Sourced<MemoryEncryption> encryption,
            List<MemoryRange> ram,
            Optional<Sourced<Boolean>> ramAboveLimit,
            Optional<Sourced<Long>> firmwareDmaLimit,
            Sourced<Integer> cpus,
            long pageBytes,
            Sourced<Policy> policy) {
        this(
                architecture,
                kernel,
                config,
                commandLine,
                hypervisor,
                encryption,
                ram,
                ramAboveLimit,
                firmwareDmaLimit,
                cpus,
                pageBytes,
                policy,
                Sourced.byDefault(FirmwareSwitches.NONE));
    }

    /** Copies the list. */
    public SystemDescription {
        ram = List.copyOf(ram);
    }
}
