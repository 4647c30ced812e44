package dev.dmaops.machine.linux.topology;

import java.util.Optional;

/**
 * The nodes through which VFIO leads to a device behind an IOMMU: a container and the group where the kernel has containers, else
 * iommufd and the device. What opens them and what reports that they cannot be opened decide alike, here.
 *
 * @param shared the node that all devices have in common
 * @param own the node of the group, or of the device; empty while the kernel has not made one
 * @param iommufd whether they are iommufd's
 */
public record VfioNodes(String shared, Optional<String> own, boolean iommufd) {
    /** Which nodes lead to a device of a group that an IOMMU guards. */
    public static VfioNodes of(HostFiles files, IommuGroup group, String device) {
        return iommufd(files, group)
                ? new VfioNodes("/dev/iommu", ofDevice(files, device), true)
                : new VfioNodes("/dev/vfio/vfio", Optional.of(ofGroup(group)), false);
    }

    /** Whether a group is reached through iommufd: a group's node is there without containers too, and then leads nowhere. */
    public static boolean iommufd(HostFiles files, IommuGroup group) {
        boolean containers = files.exists(ofGroup(group)) && files.exists("/sys/module/vfio_iommu_type1");
        return !containers && files.exists("/dev/iommu");
    }

    /** The node of a device; empty when VFIO does not hold it. */
    public static Optional<String> ofDevice(HostFiles files, String device) {
        return files.names(PciDevice.FOLDER + device + "/vfio-dev").stream()
                .findFirst()
                .map(name -> "/dev/vfio/devices/" + name);
    }

    private static String ofGroup(IommuGroup group) {
        return "/dev/vfio/" + group.number();
    }
}
