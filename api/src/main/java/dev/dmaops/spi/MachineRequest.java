package dev.dmaops.spi;

import java.util.List;

/**
 * The machine that a configuration asks for.
 *
 * @param ram RAM of the memory map, ascending
 * @param pageBytes page size of the kernel: 4096, 16384 or 65536
 * @param zoneDmaLimit highest address of the DMA zone, inclusive; 0 when there is no such zone
 * @param zoneDma32 whether there is a zone below 4 GiB
 * @param cpus processors there can ever be
 * @param cacheLineBytes cache line size
 * @param devices the devices, with how their bus and IOMMU stand between them and memory
 * @param seed what randomness in the machine starts from
 * @param hypervisor what runs below the kernel
 * @param hostRam all memory of the host by machine address, when a hypervisor runs below; empty to let the machine choose
 */
public record MachineRequest(
        List<MemoryRange> ram,
        long pageBytes,
        long zoneDmaLimit,
        boolean zoneDma32,
        int cpus,
        int cacheLineBytes,
        List<DevicePlan> devices,
        long seed,
        Hypervisor hypervisor,
        List<MemoryRange> hostRam) {
    /** Copies the lists. */
    public MachineRequest {
        ram = List.copyOf(ram);
        devices = List.copyOf(devices);
        hostRam = List.copyOf(hostRam);
    }

    /** A machine without a hypervisor below. */
    public MachineRequest(
            List<MemoryRange> ram,
            long pageBytes,
            long zoneDmaLimit,
            boolean zoneDma32,
            int cpus,
            int cacheLineBytes,
            List<DevicePlan> devices,
            long seed) {
        this(ram, pageBytes, zoneDmaLimit, zoneDma32, cpus, cacheLineBytes, devices, seed, Hypervisor.NONE, List.of());
    }
}
