package dev.dmaops.machine.sim;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.iommu.SimIommu;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The devices of a machine, each with its DMA engine. Any thread may call. */
public final class SimDevices {
    private final SimMemory memory;
    private final SimCaches caches;
    private final SimIommu iommu;
    private final SimFaults faults = new SimFaults();
    private final Map<String, DmaEngine> engines = new ConcurrentSkipListMap<>();
    private final List<Registers> registers = new CopyOnWriteArrayList<>();
    private volatile @Nullable MachineAddresses machineAddresses;

    SimDevices(SimMemory memory, SimCaches caches, SimIommu iommu) {
        this.memory = memory;
        this.caches = caches;
        this.iommu = iommu;
    }

    /**
     * Plugs a device in, in the place of one with the same id.
     *
     * @throws DmaUsageException INVALID_ARGUMENT when it has no address line, or does not snoop and the machine models no caches
     */
    public DmaEngine attach(SimDevice device) {
        if (device.addressBits() < 1 || device.addressBits() > 64) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    device.id() + ": a device with " + device.addressBits()
                            + " address lines does not exist: expected 1 to 64.");
        }
        if (!device.coherent() && !caches.modelled()) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    device.id()
                            + ": the device does not snoop, and this machine was opened without a model of CPU caches."
                            + " Open it with SimMachineBuilder.modelCaches(), or plan the device before.");
        }
        HostBridge bridge = new HostBridge(device.windows());
        BusPath path = device.iommu().isEmpty()
                ? bridge
                : new IommuPath(iommu.connect(device.id(), device.iommu().get()), bridge);
        DmaEngine engine = new DmaEngine(device, new TranslatedPath(device.id(), path, this), this);
        engines.put(device.id(), engine);
        return engine;
    }

    /**
     * Makes a device snoop that did not, in its place on the bus: as in an emulated machine, which has no caches.
     *
     * @throws DmaUsageException INVALID_ARGUMENT for an id that the machine does not have
     */
    public void snoop(String id) {
        engines.put(id, engine(id).snooping());
    }

    /**
     * The DMA engine of a device.
     *
     * @throws DmaUsageException INVALID_ARGUMENT for an id that the machine does not have
     */
    public DmaEngine engine(String id) {
        DmaEngine engine = engines.get(id);
        if (engine == null) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "machine: there is no device " + id + ": expected one of " + new TreeMap<>(engines).keySet() + ".");
        }
        return engine;
    }

    /** All devices' engines, by id. */
    public List<DmaEngine> engines() {
        return List.copyOf(engines.values());
    }

    /** Says that devices use other addresses than the kernel, from now on and for all devices. */
    public void translate(MachineAddresses addresses) {
        machineAddresses = addresses;
    }

    @Nullable
    MachineAddresses machineAddresses() {
        return machineAddresses;
    }

    /** What went wrong on the buses. */
    public SimFaults faults() {
        return faults;
    }

    /**
     * Puts registers into the physical address space, where other devices reach them as a resource.
     *
     * @param physical first byte, where there is no RAM
     * @param contents the registers; it must live as long as the machine
     */
    public void addRegisters(long physical, MemorySegment contents) {
        if (memory.isRam(physical, 1) || memory.isRam(physical + contents.byteSize() - 1, 1)) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    "machine: registers at physical=0x" + Long.toHexString(physical) + " bytes=" + contents.byteSize()
                            + " would lie in RAM. Choose addresses in a hole.");
        }
        registers.add(new Registers(physical, contents));
    }

    /** Moves bytes from physical addresses to a device; false when nobody answers there. The range is inside of one page. */
    boolean read(boolean snoops, long physical, MemorySegment into, long offset, long bytes) {
        if (memory.isRam(physical, bytes)) {
            if (snoops) {
                MemorySegment.copy(memory.all(), physical, into, offset, bytes);
            } else {
                caches.deviceReads(physical, into, offset, bytes);
            }
            return true;
        }
        Registers found = registersAt(physical, bytes);
        if (found != null) {
            MemorySegment.copy(found.contents, physical - found.physical, into, offset, bytes);
        }
        return found != null;
    }

    /** Moves bytes from a device to physical addresses; false when nobody answers there. The range is inside of one page. */
    boolean write(boolean snoops, MemorySegment from, long offset, long physical, long bytes) {
        if (memory.isRam(physical, bytes)) {
            if (!caches.modelled()) {
                MemorySegment.copy(from, offset, memory.all(), physical, bytes);
            } else if (snoops) {
                caches.snooperWrites(from, offset, physical, bytes);
            } else {
                caches.deviceWrites(from, offset, physical, bytes);
            }
            return true;
        }
        Registers found = registersAt(physical, bytes);
        if (found != null) {
            MemorySegment.copy(from, offset, found.contents, physical - found.physical, bytes);
        }
        return found != null;
    }

    private @Nullable Registers registersAt(long physical, long bytes) {
        for (Registers candidate : registers) {
            long into = physical - candidate.physical;
            if (into >= 0 && bytes <= candidate.contents.byteSize() - into) {
                return candidate;
            }
        }
        return null;
    }

    private record Registers(long physical, MemorySegment contents) {}
}
