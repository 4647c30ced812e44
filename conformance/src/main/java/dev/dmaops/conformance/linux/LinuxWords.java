package dev.dmaops.conformance.linux;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.spi.Zone;

/** The words of recordings as our values. */
final class LinuxWords {
    private static final int DMA_NONE = 3;

    private LinuxWords() {}

    /**
     * A direction.
     *
     * @throws dev.dmaops.api.DmaUsageException for {@code none}, which is a BUG in Linux
     */
    static DmaDirection direction(Row row) {
        return switch (row.text("dir")) {
            case "to" -> DmaDirection.TO_DEVICE;
            case "from" -> DmaDirection.FROM_DEVICE;
            case "bi" -> DmaDirection.BIDIRECTIONAL;
            case "none" -> DmaDirection.ofLinux(DMA_NONE);
            default -> throw row.unusable("dir", "to, from, bi or none");
        };
    }

    /** The bits of DMA_ATTR. */
    static int attributes(Row row) {
        return (int) row.number("attrs", 0);
    }

    /** How memory may be allocated. */
    static int flags(Row row) {
        return switch (row.has("gfp") ? row.text("gfp") : "kernel") {
            case "kernel" -> AllocationFlags.NONE;
            case "atomic" -> AllocationFlags.ATOMIC;
            case "dma" -> AllocationFlags.ZONE_DMA;
            case "dma32" -> AllocationFlags.ZONE_DMA32;
            case "comp" -> AllocationFlags.COMPOUND;
            default -> throw row.unusable("gfp", "kernel, atomic, dma, dma32 or comp");
        };
    }

    static Zone zone(Row row) {
        return switch (row.text("zone")) {
            case "dma" -> Zone.DMA;
            case "dma32" -> Zone.DMA32;
            case "normal" -> Zone.NORMAL;
            default -> throw row.unusable("zone", "dma, dma32 or normal");
        };
    }
}
