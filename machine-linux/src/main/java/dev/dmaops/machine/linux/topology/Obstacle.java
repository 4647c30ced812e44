package dev.dmaops.machine.linux.topology;

/**
 * What stands between a program in user space and DMA with a device.
 *
 * @param kind which obstacle
 * @param what what was found
 * @param cure what to do about it
 */
public record Obstacle(Kind kind, String what, String cure) {
    /** Kinds of obstacles. */
    public enum Kind {
        /** The kernel's own driver holds the device. */
        KERNEL_DRIVER("kernel-driver"),
        /** A file system on the device is mounted. */
        MOUNTED("mounted"),
        /** No VFIO in this kernel, or not loaded. */
        NO_VFIO("no-vfio"),
        /** A node that leads to the device is not there, or not this user's: in a container, or before anybody changed its owner. */
        NO_NODE("no-node"),
        /** Another device of the group is held by a driver. */
        GROUP_NOT_VIABLE("group-not-viable"),
        /** Whether there is an IOMMU cannot be seen yet. */
        IOMMU_UNKNOWN("iommu-unknown"),
        /** The IOMMU does not filter interrupts. */
        UNSAFE_INTERRUPTS("unsafe-interrupts"),
        /** No IOMMU: addresses are physical, and a driver may write anywhere. */
        NO_IOMMU("no-iommu"),
        /** Physical addresses are hidden from this user. */
        PAGEMAP_HIDDEN("pagemap-hidden"),
        /** Little memory may be locked. */
        MEMLOCK("memlock"),
        /** No huge pages are set aside. */
        NO_HUGE_PAGES("no-huge-pages"),
        /** The kernel forbids user space to reach hardware. */
        LOCKDOWN("lockdown"),
        /** What sysfs shows is not what the rules say for this command line. */
        DIFFERS("differs-from-rules");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The word used in reports. */
        public String text() {
            return text;
        }
    }
}
