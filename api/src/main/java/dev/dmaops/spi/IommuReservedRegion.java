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
        DIRECT("direct"),
        /** Not to be used. */
        RESERVED("reserved"),
        /** Writes there are interrupts and bypass translation. */
        MSI("msi"),
        /** Where interrupt doorbells may be mapped; an ordinary range for DMA. */
        SOFTWARE_MSI("software-msi"),
        /** A window of the PCI host bridge, or a gap that it leaves: an access would not come to memory. */
        BRIDGE_WINDOW("bridge-window");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The word used in configuration. */
        public String text() {
            return text;
        }
    }
}
