package dev.dmaops.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pages that a backend allocated for a device, which sees them as one piece.
 *
 * @param pieces physical pieces, in the order in which the device sees them
 * @param dma DMA address of the first byte
 * @param bytes length that was asked for, rounded up to whole pages
 * @param backing what the backend needs to free them; its own business
 */
public record NoncontiguousAllocation(
        List<MemoryRange> pieces,
        long dma,
        long bytes,
        @Nullable Object backing) implements NoncontiguousResult {
    /** Copies the list. */
    public NoncontiguousAllocation {
        pieces = List.copyOf(pieces);
    }
}
