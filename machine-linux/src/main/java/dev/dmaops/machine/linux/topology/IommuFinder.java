package dev.dmaops.machine.linux.topology;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.firmware.devicetree.IommuMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out whether an IOMMU stands in front of a PCI function.
 *
 * <p>Not evidence of one: ACPI's DMAR table, kernel messages, and a group that VFIO made for its mode without an IOMMU. On a PC a
 * device has its group from boot. With a device tree it gets one when a driver first binds, so that no group and no driver says
 * nothing; then the host bridge's {@code iommu-map} tells what to expect.
 */
final class IommuFinder {
    private static final int DOMAIN_DIGITS = 4;

    private final HostFiles files;
    private final Map<String, IommuGroup> groups;
    private final Optional<DeviceTree> tree;
    private final boolean unreadableTree;

    IommuFinder(HostFiles files, Map<String, IommuGroup> groups, Optional<DeviceTree> tree, boolean unreadableTree) {
        this.files = files;
        this.groups = groups;
        this.tree = tree;
        this.unreadableTree = unreadableTree;
    }

    DeviceIommu of(String id) {
        String folder = PciDevice.FOLDER + id;
        Optional<IommuGroup> group = files.link(folder + "/iommu_group")
                .map(number -> Optional.ofNullable(groups.get(number)).orElseGet(() -> IommuGroup.read(files, number)));
        if (group.isPresent()) {
            return group.get().withoutIommu()
                    ? new DeviceIommu(IommuState.ABSENT, "", group, "iommu_group/name: " + IommuGroup.WITHOUT_IOMMU)
                    : new DeviceIommu(
                            IommuState.PRESENT,
                            files.link(folder + "/iommu").orElse(""),
                            group,
                            "iommu_group " + group.get().number());
        }
        if (unreadableTree && !files.exists(folder + "/driver")) {
            return new DeviceIommu(
                    IommuState.UNKNOWN, "", Optional.empty(), "no iommu_group, no driver, device tree unreadable");
        }
        if (tree.isEmpty() || files.exists(folder + "/driver")) {
            return new DeviceIommu(IommuState.ABSENT, "", Optional.empty(), "no iommu_group");
        }
        return expected(tree.get(), id);
    }

    private DeviceIommu expected(DeviceTree described, String id) {
        List<DeviceTreeNode> bridges = new ArrayList<>();
        for (DeviceTreeNode node : described.nodes()) {
            if (node.property("device_type")
                            .filter(type -> type.string().equals("pci"))
                            .isPresent()
                    && node.parent().flatMap(up -> up.property("device_type")).isEmpty()
                    && node.available()) {
                bridges.add(node);
            }
        }
        Optional<DeviceTreeNode> bridge = bridges.stream()
                .filter(node -> domain(node, bridges) == domain(id))
                .findFirst();
        if (bridge.isEmpty()) {
            return new DeviceIommu(
                    IommuState.UNKNOWN,
                    "",
                    Optional.empty(),
                    "no iommu_group, no driver, no host bridge of its domain");
        }
        try {
            Optional<IommuMap> map = IommuMap.of(bridge.get());
            return map.flatMap(entries -> entries.translate(requesterId(id)))
                    .map(target -> new DeviceIommu(
                            IommuState.UNKNOWN,
                            target.iommu().path(),
                            Optional.empty(),
                            "no iommu_group before a driver binds; "
                                    + bridge.get().path() + " iommu-map leads to "
                                    + target.iommu().path()))
                    .orElseGet(() -> new DeviceIommu(
                            IommuState.ABSENT,
                            "",
                            Optional.empty(),
                            "no iommu_group, and " + bridge.get().path()
                                    + (map.isEmpty() ? " has no iommu-map" : " iommu-map leaves it out")));
        } catch (FirmwareException e) {
            return new DeviceIommu(
                    IommuState.UNKNOWN, "", Optional.empty(), "no iommu_group, no driver; " + e.getMessage());
        }
    }

    private static long domain(DeviceTreeNode bridge, List<DeviceTreeNode> all) {
        return bridge.property("linux,pci-domain").map(cell -> cell.cell(0)).orElseGet(() ->
                (long) all.indexOf(bridge));
    }

    private static long domain(String id) {
        return Long.parseLong(id.substring(0, DOMAIN_DIGITS), 16);
    }

    /** Bus, device and function in 16 bits. */
    private static long requesterId(String id) {
        long bus = Long.parseLong(id.substring(5, 7), 16);
        long device = Long.parseLong(id.substring(8, 10), 16);
        long function = Long.parseLong(id.substring(11), 16);
        return (bus << 8) | (device << 3) | function;
    }
}
