package dev.dmaops.machine.sim;

import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.List;

/** Describes a simulated machine by hand: for tests, and for device models that need RAM and an IOMMU behind them. */
public final class SimMachineBuilder {
    private static final long GIB = 1L << 30;

    private final List<MemoryRange> ram = new ArrayList<>();
    private final List<DevicePlan> devices = new ArrayList<>();
    private long pageBytes = 4096;
    private long zoneDmaLimit;
    private boolean zoneDma32;
    private int cpus = 1;
    private int cacheLineBytes = 64;
    private long seed = 1;
    private boolean modelCaches;

    SimMachineBuilder() {}

    /**
     * Adds RAM, above what was added before.
     *
     * @param start first byte
     * @param bytes length
     */
    public SimMachineBuilder ram(long start, long bytes) {
        ram.add(new MemoryRange(start, bytes));
        return this;
    }

    /** Page size in bytes: 4096, 16384 or 65536. */
    public SimMachineBuilder pageBytes(long bytes) {
        pageBytes = bytes;
        return this;
    }

    /**
     * Zones below the normal one.
     *
     * @param dmaLimit highest address of the DMA zone, inclusive; 0 for none
     * @param dma32 whether there is a zone below 4 GiB
     */
    public SimMachineBuilder zones(long dmaLimit, boolean dma32) {
        zoneDmaLimit = dmaLimit;
        zoneDma32 = dma32;
        return this;
    }

    /** Processors. */
    public SimMachineBuilder cpus(int count) {
        cpus = count;
        return this;
    }

    /** Cache line size in bytes. */
    public SimMachineBuilder cacheLineBytes(int bytes) {
        cacheLineBytes = bytes;
        return this;
    }

    /** Models CPU caches, so that devices that do not snoop can be attached. A device so planned does this by itself. */
    public SimMachineBuilder modelCaches() {
        modelCaches = true;
        return this;
    }

    /** Adds a device as selection planned it. */
    public SimMachineBuilder device(DevicePlan plan) {
        devices.add(plan);
        return this;
    }

    /** What randomness in the machine starts from. */
    public SimMachineBuilder seed(long value) {
        seed = value;
        return this;
    }

    /**
     * Opens the machine.
     *
     * @throws dev.dmaops.api.DmaConfigurationException BAD_MACHINE with everything that is wrong with the description
     */
    public SimMachine open() {
        List<MemoryRange> ranges = ram.isEmpty() ? List.of(new MemoryRange(0, GIB)) : ram;
        MachineRequest request =
                new MachineRequest(ranges, pageBytes, zoneDmaLimit, zoneDma32, cpus, cacheLineBytes, devices, seed);
        return SimMachine.open(request, modelCaches);
    }
}
