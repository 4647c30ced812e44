package dev.dmaops.machine.linux.topology;

import java.util.Optional;

/**
 * What is known of the IOMMU in front of a device.
 *
 * @param state whether there is one
 * @param unit its name in {@code /sys/class/iommu}, or the path of its node while the state is unknown; empty when there is none
 * @param group the device's group; also that of VFIO's mode without an IOMMU, while the state is absent
 * @param because which file says so
 */
public record DeviceIommu(IommuState state, String unit, Optional<IommuGroup> group, String because) {
    /** One word for reports: the IOMMU's name, {@code none} or {@code unknown}. */
    public String text() {
        return state == IommuState.PRESENT ? (unit.isEmpty() ? "unnamed" : unit) : state.text();
    }

    /** The group's type as sysfs writes it; {@code none} without a group. */
    public String groupType() {
        return group.map(g -> g.type().text()).orElse("none");
    }
}
