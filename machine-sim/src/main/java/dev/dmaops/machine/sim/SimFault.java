package dev.dmaops.machine.sim;

/**
 * An access of a device that did not happen. Memory was not touched.
 *
 * @param number faults of the machine before this one
 * @param device the device's id
 * @param access what it tried
 * @param address the address it put on its bus
 * @param reason why it failed
 */
public record SimFault(long number, String device, Access access, long address, Reason reason) {
    /** What a device can try. */
    public enum Access {
        /** Read memory. */
        READ,
        /** Write memory. */
        WRITE
    }

    /** Why an access fails. */
    public enum Reason {
        /** The host bridge has no window for the address. */
        NO_WINDOW,
        /** The address is above what the bus carries. */
        ABOVE_BUS_LIMIT,
        /** Neither RAM nor registers answer there. */
        NOT_MEMORY,
        /** The IOMMU's tables have no translation. */
        IOMMU_NOT_MAPPED,
        /** The translation does not let the device read. */
        IOMMU_NOT_READABLE,
        /** The translation does not let the device write. */
        IOMMU_NOT_WRITABLE,
        /** The machine frame belongs to no domain, or is none of its domain's guest frames. */
        FRAME_OF_NOBODY,
        /** The machine frame belongs to another domain, which does not, or no longer, share it. */
        FRAME_NOT_GRANTED,
        /** The machine frame belongs to another domain, which shares it for reading only. */
        FRAME_READ_ONLY
    }

    @Override
    public String toString() {
        return device + ": " + access + " of address 0x" + Long.toHexString(address) + " failed: " + reason;
    }
}
