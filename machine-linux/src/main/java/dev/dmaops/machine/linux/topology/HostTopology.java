package dev.dmaops.machine.linux.topology;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeFolder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The PCI functions of a host, its IOMMUs and their groups.
 *
 * @param units names of the IOMMUs in use; those that the kernel was told to leave off are not among them
 * @param groups the groups by number
 * @param devices the functions, by address
 * @param deviceTree what firmware describes; empty on a PC
 * @param deviceTreeProblem why the device tree that is there could not be read; empty when it could, or there is none
 */
public record HostTopology(
        List<String> units,
        Map<String, IommuGroup> groups,
        List<PciDevice> devices,
        Optional<DeviceTree> deviceTree,
        Optional<String> deviceTreeProblem) {
    private static final String TREE = "/sys/firmware/devicetree/base";

    /** Copies the collections. */
    public HostTopology {
        units = List.copyOf(units);
        groups = Map.copyOf(groups);
        devices = List.copyOf(devices);
    }

    /** Reads what a host shows. Never fails: what cannot be read is not there. */
    public static HostTopology read(HostFiles files) {
        Map<String, IommuGroup> groups = new LinkedHashMap<>();
        for (String number : files.names("/sys/kernel/iommu_groups")) {
            groups.put(number, IommuGroup.read(files, number));
        }
        Optional<DeviceTree> tree = Optional.empty();
        Optional<String> problem = Optional.empty();
        if (files.exists(TREE)) {
            try {
                tree = Optional.of(DeviceTreeFolder.read(files.path(TREE)));
            } catch (FirmwareException e) {
                problem = Optional.ofNullable(e.getMessage());
            }
        }
        IommuFinder finder = new IommuFinder(files, groups, tree, problem.isPresent());
        return new HostTopology(
                files.names("/sys/class/iommu"),
                groups,
                files.names(PciDevice.FOLDER).stream()
                        .map(id -> PciDevice.read(files, id, finder.of(id)))
                        .toList(),
                tree,
                problem);
    }

    /** A function by its address. */
    public Optional<PciDevice> device(String id) {
        return devices.stream().filter(device -> device.id().equals(id)).findFirst();
    }
}
