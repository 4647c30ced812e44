package dev.dmaops.firmware.devicetree;

/**
 * A device that Linux makes from a node of the tree at boot, before any driver runs.
 *
 * @param node the node
 * @param name the device's name in sysfs, {@code fe340000.mmc} or {@code soc:gpio}; users name devices by it
 * @param bus which bus the device is on
 * @param step which step of the boot makes it
 */
public record PlatformDevice(DeviceTreeNode node, String name, Bus bus, Step step) {
    /** The bus a device is on. */
    public enum Bus {
        /** The platform bus. */
        PLATFORM,
        /** The AMBA bus: nodes compatible with {@code arm,primecell}. */
        AMBA
    }

    /** The steps of Linux 6.12's of_platform_default_populate_init, in order. */
    public enum Step {
        /** The few types of reserved memory that have a driver. */
        RESERVED_MEMORY,
        /** The children of {@code /firmware}. */
        FIRMWARE,
        /** A frame buffer described under {@code /chosen}. */
        FRAMEBUFFER,
        /** The children of the root, and of the plain buses among them. */
        DEFAULT
    }
}
