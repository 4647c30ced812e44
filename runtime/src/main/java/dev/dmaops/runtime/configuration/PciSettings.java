package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.List;

/**
 * The PCI host bridge.
 *
 * @param windows bus addresses where it finds functions' registers, ascending: it passes no access there on to memory or to an
 *     IOMMU
 */
public record PciSettings(List<Sourced<MemoryRange>> windows) {
    /** A bridge that passes everything on. */
    public static final PciSettings DEFAULT = new PciSettings(List.of());

    /** Copies the list. */
    public PciSettings {
        windows = List.copyOf(windows);
    }
}
