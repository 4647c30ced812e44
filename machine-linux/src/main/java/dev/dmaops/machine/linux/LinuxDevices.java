package dev.dmaops.machine.linux;

import dev.dmaops.api.DeviceAccess;
import dev.dmaops.api.DeviceInterrupt;
import dev.dmaops.api.DeviceRegisters;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.machine.linux.pci.DeviceHandle;
import dev.dmaops.machine.linux.vfio.VfioGroup;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The devices of a machine: their registers and interrupts, and the IOMMU in front of those that have one. */
final class LinuxDevices implements DeviceAccess, IommuUnit, AutoCloseable {
    private final Map<String, DeviceHandle> handles = new HashMap<>();
    private final Map<String, VfioGroup> groupOf = new HashMap<>();
    private final List<DeviceInterrupt> interrupts = new ArrayList<>();

    void add(String id, DeviceHandle handle) {
        handles.put(id, handle);
    }

    void behind(String id, VfioGroup group) {
        groupOf.put(id, group);
    }

    private DeviceHandle handle(String device) {
        DeviceHandle handle = handles.get(device);
        if (handle == null) {
            throw new DmaConfigurationException(
                    DmaErrorCode.UNKNOWN_DEVICE,
                    device,
                    "expected one of this machine's devices, " + handles.keySet() + ". Add it to the configuration.");
        }
        return handle;
    }

    @Override
    public DeviceRegisters registers(String device, int window) {
        return handle(device)
                .registers(window)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.UNKNOWN_DEVICE,
                        device,
                        "it has no window " + window + " of registers that can be mapped. lspci -v lists its BARs."));
    }

    @Override
    public boolean reset(String device) {
        return handle(device).reset();
    }

    @Override
    public void busMaster(String device, boolean allowed) {
        handle(device).busMaster(allowed);
    }

    @Override
    public synchronized Optional<DeviceInterrupt> interrupt(String device) {
        Optional<DeviceInterrupt> started = handle(device).interrupt();
        started.ifPresent(interrupts::add);
        return started;
    }

    @Override
    public IommuDomain domain(String deviceId) {
        return group(deviceId).domain();
    }

    @Override
    public List<IommuReservedRegion> reservedRegions(String deviceId) {
        return group(deviceId).reserved();
    }

    private VfioGroup group(String deviceId) {
        VfioGroup group = groupOf.get(deviceId);
        if (group == null) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE,
                    deviceId,
                    "no IOMMU stands in front of it on this host. Take it out of iommu.behind.");
        }
        return group;
    }

    /** Makes every device quiet, and gives it back. */
    @Override
    public synchronized void close() {
        interrupts.forEach(DeviceInterrupt::close);
        handles.values().forEach(DeviceHandle::close);
        groupOf.values().stream().distinct().forEach(VfioGroup::close);
        interrupts.clear();
        handles.clear();
        groupOf.clear();
    }
}
