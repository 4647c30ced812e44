package dev.dmaops.machine.linux.topology;

/**
 * A line of {@code reserved_regions}: IO virtual addresses that a group must not use, or that firmware maps unchanged.
 *
 * @param first first address
 * @param last last address
 * @param kind {@code direct}, {@code direct-relaxable}, {@code reserved} or {@code msi}
 */
public record ReservedIova(long first, long last, String kind) {
    @Override
    public String toString() {
        return String.format("0x%x-0x%x %s", first, last, kind);
    }
}
