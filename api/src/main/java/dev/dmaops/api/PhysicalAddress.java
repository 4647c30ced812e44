package dev.dmaops.api;

/**
 * Where a byte is for the CPU's memory controller. Under Xen PV this is the guest's pseudo-physical address.
 *
 * @param value the address in bytes, unsigned
 */
public record PhysicalAddress(long value) {
    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
