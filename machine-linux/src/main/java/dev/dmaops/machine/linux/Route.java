package dev.dmaops.machine.linux;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.machine.linux.topology.IommuState;
import dev.dmaops.machine.linux.topology.Obstacle;
import dev.dmaops.machine.linux.topology.Obstacles;
import dev.dmaops.machine.linux.topology.PciDevice;

/** The way to a device. */
enum Route {
    /** VFIO with an IOMMU. */
    VFIO,
    /** VFIO without an IOMMU. */
    VFIO_WITHOUT_IOMMU,
    /** Files of sysfs, without an IOMMU. */
    SYSFS;

    /** The driver that hands devices to user space. */
    static final String VFIO_DRIVER = "vfio-pci";

    /** Whether the device's addresses go through an IOMMU that this process programs. */
    boolean translates() {
        return this == VFIO;
    }

    /**
     * Chooses the way.
     *
     * @param domain the domain that the plan gives the device
     * @throws DmaHostException {@link DmaErrorCode#HOST_DEVICE_IN_USE} when the kernel uses the device
     * @throws DmaConfigurationException {@link DmaErrorCode#BAD_MACHINE} when plan and host do not agree about the IOMMU
     */
    static Route of(PciDevice device, IommuDomainType domain) {
        boolean vfio = device.driver().filter(VFIO_DRIVER::equals).isPresent();
        if (!vfio && device.driver().isPresent() && device.maskAskedFor()) {
            throw inUse(device.id() + ": driver " + device.driver().orElse("") + " holds it. Unbind it, or allow this"
                    + " library to: -D" + LinuxOptions.BIND_PROPERTY + "=" + device.id() + ".");
        }
        boolean present = device.iommu().state() == IommuState.PRESENT;
        if (!vfio && device.iommu().state() != IommuState.ABSENT) {
            throw inUse(device.id() + ": "
                    + (present
                            ? "an IOMMU stands in front of it"
                            : device.iommu().because())
                    + ", so only VFIO can reach memory with it. Bind vfio-pci, or allow this library to: -D"
                    + LinuxOptions.BIND_PROPERTY + "=" + device.id() + ".");
        }
        if (domain.translates() && !present) {
            throw new DmaConfigurationException(
                    DmaErrorCode.BAD_MACHINE,
                    device.id(),
                    "the configuration puts it behind an IOMMU: expected one on this host, found "
                            + device.iommu().because() + ". Take it out of iommu.behind, or switch the IOMMU on.");
        }
        return present ? VFIO : vfio ? VFIO_WITHOUT_IOMMU : SYSFS;
    }

    /** Refuses a device that carries a mounted file system. */
    static void requireUnmounted(Obstacles obstacles, PciDevice device) {
        obstacles.of(device).stream()
                .filter(obstacle -> obstacle.kind() == Obstacle.Kind.MOUNTED)
                .findFirst()
                .ifPresent(obstacle -> {
                    throw inUse(device.id() + ": " + obstacle.what() + ". " + obstacle.cure());
                });
    }

    private static DmaHostException inUse(String message) {
        return new DmaHostException(DmaErrorCode.HOST_DEVICE_IN_USE, 0, message);
    }
}
