package dev.dmaops.machine.linux.topology;

import java.util.Set;

/** Drivers that hand a device to user space or do nothing with it. */
final class PassThroughDrivers {
    private static final Set<String> USER_SPACE = Set.of("vfio-pci", "uio_pci_generic", "igb_uio", "pci-stub");

    /** Whoever else is in a group must be held by one of these, or by nothing, before VFIO gives the group away (6.12). */
    private static final Set<String> VIABLE = Set.of("vfio-pci", "pci-stub", "pcieport");

    private PassThroughDrivers() {}

    /** Whether a driver leaves the device to user space. */
    static boolean isOne(String driver) {
        return USER_SPACE.contains(driver);
    }

    /** Whether a group stays viable with a device of this driver in it. */
    static boolean keepsGroupViable(String driver) {
        return VIABLE.contains(driver);
    }
}
