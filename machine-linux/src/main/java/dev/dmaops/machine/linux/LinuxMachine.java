package dev.dmaops.machine.linux;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.machine.linux.memory.MachineMemory;
import dev.dmaops.machine.linux.memory.PinnedMemory;
import dev.dmaops.machine.linux.memory.PinnedPages;
import dev.dmaops.machine.linux.pci.DeathWatch;
import dev.dmaops.machine.linux.pci.DriverBinding;
import dev.dmaops.machine.linux.pci.SysfsDevice;
import dev.dmaops.machine.linux.topology.HostFiles;
import dev.dmaops.machine.linux.topology.HostSystem;
import dev.dmaops.machine.linux.topology.HostTopology;
import dev.dmaops.machine.linux.topology.IommuGroup;
import dev.dmaops.machine.linux.topology.Obstacles;
import dev.dmaops.machine.linux.topology.PciDevice;
import dev.dmaops.machine.linux.vfio.VfioGroup;
import dev.dmaops.spi.Cpus;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This Linux host: real memory, real PCI functions.
 *
 * <p><b>Memory</b> is what the host has set aside: free huge pages of 2 MiB, at most as much as the configuration's RAM, and
 * {@code /dev/dax} devices. When all devices stand behind an IOMMU, addresses are numbers of this process's own, and ordinary memory
 * serves too.
 *
 * <p><b>Devices</b> behind an IOMMU come through VFIO. A device whose domain is to be {@code dma} gets the domain of its group; one
 * whose domain is {@code identity} gets all memory mapped unchanged, because VFIO translates whatever the kernel's own default is.
 * Without an IOMMU they come through VFIO's mode for that, or through sysfs.
 *
 * <p><b>Safety.</b> Drivers are bound and unbound only for devices named in {@link LinuxOptions#bind}, and get back what they had.
 * A device that carries a mounted file system is refused. Closing makes the devices quiet before it gives memory back. If the
 * process dies, the kernel does so for devices behind an IOMMU; for the others a small process of {@code /bin/sh} waits, which keeps
 * the memory until it has made them quiet.
 */
public final class LinuxMachine implements Machine {
    private final List<AutoCloseable> held = new ArrayList<>();
    private final PinnedMemory memory;
    private final PinnedPages pages;
    private final Cpus cpus;
    private final LinuxDevices devices = new LinuxDevices();
    private boolean closed;

    private LinuxMachine(MachineRequest request, HostFiles files, LinuxOptions options) {
        try {
            Map<String, PciDevice> found = take(request, files, options);
            Map<String, Route> routes = new LinkedHashMap<>();
            request.devices()
                    .forEach(plan -> routes.put(
                            plan.device().id(),
                            Route.of(
                                    known(found, plan.device().id()),
                                    plan.choice().iommuDomain())));
            memory = gather(request, files, routes);
            held.add(memory);
            List<String> unguarded = request.devices().stream()
                    .map(plan -> plan.device().id())
                    .filter(id -> !routes.getOrDefault(id, Route.SYSFS).translates())
                    .toList();
            if (!unguarded.isEmpty()) {
                held.add(DeathWatch.start(files, unguarded, memory.files()));
            }
            held.add(devices);
            pages = new PinnedPages(memory.ranges(), request.zoneDmaLimit());
            cpus = new LinuxCpus(request.cpus());
            Map<String, VfioGroup> groups = new HashMap<>();
            for (DevicePlan plan : request.devices()) {
                String id = plan.device().id();
                open(files, known(found, id), routes.getOrDefault(id, Route.SYSFS), plan, groups);
            }
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    /**
     * Opens the devices of a plan on this host.
     *
     * @throws DmaConfigurationException {@link DmaErrorCode#BAD_MACHINE} when the host is not as the plan says
     * @throws dev.dmaops.api.DmaHostException when the host refuses; what was taken by then is given back
     */
    public static LinuxMachine open(MachineRequest request, HostFiles files, LinuxOptions options) {
        return new LinuxMachine(request, files, options);
    }

    /** Looks the devices up, refuses what the kernel uses, and binds what may be bound. */
    private Map<String, PciDevice> take(MachineRequest request, HostFiles files, LinuxOptions options) {
        HostTopology topology = HostTopology.read(files);
        Obstacles obstacles = new Obstacles(files, HostSystem.read(files), topology, false);
        boolean bound = false;
        for (DevicePlan plan : request.devices()) {
            String id = plan.device().id();
            PciDevice device = topology.device(id)
                    .orElseThrow(() -> new DmaConfigurationException(
                            DmaErrorCode.BAD_MACHINE,
                            plan.device().origin(),
                            "expected a PCI function of this host, found no " + id + " among "
                                    + topology.devices().stream()
                                            .map(PciDevice::id)
                                            .toList()
                                    + ". Correct the id; dmaops host lists them."));
            Route.requireUnmounted(obstacles, device);
            if (options.bind().contains(id)
                    && device.driver().filter(Route.VFIO_DRIVER::equals).isEmpty()) {
                held.add(DriverBinding.toVfio(files, device));
                bound = true;
            }
        }
        Map<String, PciDevice> found = new HashMap<>();
        (bound ? HostTopology.read(files) : topology).devices().forEach(device -> found.put(device.id(), device));
        return found;
    }

    private static PciDevice known(Map<String, PciDevice> found, String id) {
        PciDevice device = found.get(id);
        if (device == null) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE, id, "it went away while it was opened. Try again.");
        }
        return device;
    }

    private static PinnedMemory gather(MachineRequest request, HostFiles files, Map<String, Route> routes) {
        long wish = request.ram().stream().mapToLong(MemoryRange::bytes).sum();
        boolean translated = !routes.isEmpty()
                && request.devices().stream()
                        .allMatch(plan -> plan.choice().iommuDomain().translates()
                                && routes.getOrDefault(plan.device().id(), Route.SYSFS)
                                        .translates());
        return translated ? MachineMemory.translated(files, wish) : MachineMemory.physical(files, wish);
    }

    private void open(HostFiles files, PciDevice device, Route route, DevicePlan plan, Map<String, VfioGroup> groups) {
        if (route == Route.SYSFS) {
            devices.add(device.id(), SysfsDevice.open(files, device));
            return;
        }
        IommuGroup number = device.iommu().group().orElseThrow();
        boolean first = !groups.containsKey(number.number());
        VfioGroup group = groups.computeIfAbsent(number.number(), n -> VfioGroup.open(files, number, memory));
        devices.behind(device.id(), group);
        devices.add(device.id(), group.device(device.id()));
        if (first && route.translates() && !plan.choice().iommuDomain().translates()) {
            group.mapUnchanged();
        }
    }

    @Override
    public PinnedMemory memory() {
        return memory;
    }

    @Override
    public PinnedPages pages() {
        return pages;
    }

    @Override
    public Cpus cpus() {
        return cpus;
    }

    /** A part by its type: {@link dev.dmaops.api.DeviceAccess}, {@link dev.dmaops.spi.IommuUnit}, or the machine itself. */
    @Override
    public <H> Optional<H> hook(Class<H> type) {
        for (Object part : List.of(this, devices)) {
            if (type.isInstance(part)) {
                return Optional.of(type.cast(part));
            }
        }
        return Optional.empty();
    }

    /** Makes devices quiet, gives memory back, restores drivers. Does nothing the second time. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            release();
        }
    }

    /** Gives back in the opposite order: the devices are quiet before their memory goes. */
    private void release() {
        List<AutoCloseable> parts = new ArrayList<>(held.reversed());
        held.clear();
        List<Exception> problems = new ArrayList<>();
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                problems.add(e);
            }
        }
        if (!problems.isEmpty()) {
            IllegalStateException all = new IllegalStateException("the machine could not give everything back: "
                    + problems.getFirst().getMessage());
            problems.forEach(all::addSuppressed);
            throw all;
        }
    }
}
