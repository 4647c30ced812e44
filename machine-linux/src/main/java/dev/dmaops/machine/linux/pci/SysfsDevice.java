package dev.dmaops.machine.linux.pci;

import dev.dmaops.api.DeviceInterrupt;
import dev.dmaops.api.DeviceRegisters;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import dev.dmaops.machine.linux.topology.HostFiles;
import dev.dmaops.machine.linux.topology.PciBar;
import dev.dmaops.machine.linux.topology.PciDevice;
import java.util.Optional;

/**
 * A device that no IOMMU and no VFIO stands in front of: {@code resourceN} and {@code config} of sysfs. No interrupts come this way;
 * its driver polls.
 */
public final class SysfsDevice implements DeviceHandle {
    private final PciDevice device;
    private final SysfsFiles files;
    private final String folder;
    private final int configuration;
    private final CommandRegister command;
    private final int commandBefore;
    private final boolean enabledHere;
    private final Windows windows = new Windows(this::map);

    private SysfsDevice(PciDevice device, SysfsFiles files, String folder, int configuration, boolean enabledHere) {
        this.device = device;
        this.files = files;
        this.folder = folder;
        this.configuration = configuration;
        this.enabledHere = enabledHere;
        command = new CommandRegister(device.id(), configuration, 0);
        commandBefore = command.read();
    }

    /**
     * Takes a device that no driver of the kernel holds.
     *
     * @throws dev.dmaops.api.DmaHostException when sysfs does not let this user
     */
    public static SysfsDevice open(HostFiles files, PciDevice device) {
        String folder = "/sys/bus/pci/devices/" + device.id();
        SysfsFiles writer = new SysfsFiles(files);
        // "enable" answers EBUSY while a driver is bound, which has enabled the device then.
        boolean enable = device.driver().isEmpty()
                && files.text(folder + "/enable").filter("0"::equals).isPresent();
        if (enable) {
            writer.write(device.id(), folder + "/enable", "1");
        }
        int configuration = HostCall.require(
                SystemCalls.open(files.path(folder + "/config").toString(), SystemCalls.O_RDWR),
                device.id(),
                "open " + folder + "/config",
                "Only root may write it.");
        return new SysfsDevice(device, writer, folder, configuration, enable);
    }

    private Optional<MappedRegisters> map(int window) {
        Optional<PciBar> bar = device.bars().stream()
                .filter(candidate -> candidate.index() == window && !candidate.port())
                .findFirst();
        return bar.map(found -> {
            command.enableMemory();
            String file = files.path(folder + "/resource" + window);
            int descriptor = HostCall.require(
                    SystemCalls.open(file, SystemCalls.O_RDWR),
                    device.id(),
                    "open " + folder + "/resource" + window,
                    "Only root may; kernel lockdown forbids it to anybody.");
            try {
                return MappedRegisters.map(device.id(), descriptor, 0, found.bytes());
            } finally {
                SystemCalls.close(descriptor);
            }
        });
    }

    @Override
    public Optional<DeviceRegisters> registers(int window) {
        return windows.window(window);
    }

    @Override
    public boolean reset() {
        if (device.resetMethods().isEmpty()) {
            return false;
        }
        files.write(device.id(), folder + "/reset", "1");
        return true;
    }

    @Override
    public void busMaster(boolean allowed) {
        command.busMaster(allowed);
    }

    @Override
    public Optional<DeviceInterrupt> interrupt() {
        return Optional.empty();
    }

    @Override
    public void close() {
        windows.close();
        command.busMaster(false);
        command.write(commandBefore);
        SystemCalls.close(configuration);
        if (enabledHere) {
            files.write(device.id(), folder + "/enable", "0");
        }
    }
}
