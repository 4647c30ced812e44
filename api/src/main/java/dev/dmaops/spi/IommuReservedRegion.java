package dev.dmaops.spi;

/**
 * Addresses with a meaning of their own for a device.
 *
 * @param range the addresses
 * @param kind what they mean
 */
public record IommuReservedRegion(MemoryRange range, Kind kind) {
    /** Kinds of regions. */
    public enum Kind {
        /** Firmware wants them mapped to the same physical addresses. */
        DIRECT,
        /** Not to be used. */
        RESERVED,
        /** Writes there are interrupts and bypass translation. */
        MSI,
        /** Where interrupt doorbells may be mapped; an ordinary range for DMA. */
        SOFTWARE_MSI,
        /** A window of the PCI host bridge: the bridge would route an access to another function. */
        BRIDGE_WINDOW
    }
}
