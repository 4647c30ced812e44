package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.machine.sim.iommu.SimIommu;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/**
 * A whole machine in this process: RAM that costs what is touched, zones and pages, processors.
 *
 * <p>Opened from a configuration as the machine kind {@code sim}, or by hand with {@link #builder()}. Deterministic: the same
 * calls have the same results. Any thread may call. Closing it gives all memory back, and segments of it can no longer be used.
 */
public final class SimMachine implements Machine {
    private final Arena arena;
    private final SimMemory memory;
    private final SimPages pages;
    private final SimCpus cpus;
    private final SimCaches caches;
    private final SimIommu iommu = new SimIommu();
    private final SimDevices devices;
    private final List<Object> parts;
    private boolean closed;

    private SimMachine(MachineRequest request, boolean modelCaches, Arena arena) {
        this.arena = arena;
        MemoryMap map = new MemoryMap(request.ram());
        memory = new SimMemory(map, arena);
        pages = new SimPages(map, request.pageBytes(), request.zoneDmaLimit(), request.zoneDma32());
        cpus = new SimCpus(request.cpus());
        reserveRestrictedPools(request);
        boolean snoopless =
                request.devices().stream().anyMatch(plan -> !plan.limits().coherent());
        caches = new SimCaches(memory, snoopless || modelCaches ? request.cacheLineBytes() : 1, arena);
        devices = new SimDevices(memory, caches, iommu);
        for (DevicePlan plan : request.devices()) {
            devices.attach(SimDevice.of(plan, request.pageBytes()));
            // The IOMMU core attaches a device before anybody maps, and also when Xen's operations replace those of the
            // IOMMU.
            if (plan.choice().iommuDomain().translates()
                    && plan.device().iommu().isPresent()) {
                iommu.domain(plan.device().id());
            }
        }
        parts = List.of(this, caches, iommu, devices, devices.faults());
    }

    // Firmware keeps these regions from the page allocator. Devices may share one.
    private void reserveRestrictedPools(MachineRequest request) {
        request.devices().stream()
                .flatMap(plan -> plan.restrictedPool().stream())
                .filter(pool -> pool.regionBytes() > 0)
                .map(pool -> new MemoryRange(pool.regionPhysical(), pool.regionBytes()))
                .distinct()
                .filter(region -> !pages.reserveRegion(region))
                .findFirst()
                .ifPresent(region -> {
                    throw new DmaConfigurationException(
                            DmaErrorCode.BAD_MACHINE,
                            "restricted pool",
                            region + " overlaps another reserved region. Correct the reserved-memory nodes.");
                });
    }

    /** A machine described step by step; 1 GiB of RAM at 0, 4 KiB pages and one processor until told otherwise. */
    public static SimMachineBuilder builder() {
        return new SimMachineBuilder();
    }

    /**
     * Opens a machine.
     *
     * @throws dev.dmaops.api.DmaConfigurationException BAD_MACHINE with everything that is wrong with the description
     */
    public static SimMachine open(MachineRequest request) {
        return open(request, false);
    }

    @SuppressWarnings("MustBeClosedChecker") // the machine closes it
    static SimMachine open(MachineRequest request, boolean modelCaches) {
        MachineCheck.check(request);
        Arena arena = Arena.ofShared();
        try {
            return new SimMachine(request, modelCaches, arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public SimMemory memory() {
        return memory;
    }

    @Override
    public SimPages pages() {
        return pages;
    }

    @Override
    public SimCpus cpus() {
        return cpus;
    }

    /** CPU caches: cache maintenance for devices that do not snoop. */
    public SimCaches caches() {
        return caches;
    }

    /** The IOMMU; devices are behind it when their plan or description says so. */
    public SimIommu iommu() {
        return iommu;
    }

    /** The devices, and what went wrong on their buses. */
    public SimDevices devices() {
        return devices;
    }

    /**
     * A part by its type: {@link dev.dmaops.spi.CacheMaintenance}, {@link dev.dmaops.spi.IommuUnit}, {@link SimDevices}, {@link
     * SimFaults} or the machine itself.
     */
    @Override
    public <H> Optional<H> hook(Class<H> type) {
        return parts.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** Gives everything back. Does nothing the second time. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
