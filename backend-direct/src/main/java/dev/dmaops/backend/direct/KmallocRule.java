package dev.dmaops.backend.direct;

import dev.dmaops.api.DmaDirection;

/**
 * Whether a buffer of a size may share a cache line with other data when it comes from kmalloc (dma_kmalloc_needs_bounce,
 * include/linux/dma-map-ops.h, 6.5 and later). Only the size decides: that some buffers bounce in vain is accepted.
 */
final class KmallocRule {
    /** Twice ARCH_DMA_MINALIGN of arm64: from here on every kmalloc size is aligned. */
    private static final long ALWAYS_ALIGNED = 256;

    private KmallocRule() {}

    /**
     * Whether the transfer is unsafe.
     *
     * @param bytes length
     * @param lineBytes cache line size in bytes, a power of two
     */
    static boolean needsBounce(long bytes, DmaDirection direction, int lineBytes) {
        return direction != DmaDirection.TO_DEVICE
                && Long.compareUnsigned(bytes, ALWAYS_ALIGNED) < 0
                && (bucket((int) bytes) & (lineBytes - 1)) != 0;
    }

    /** The size that kmalloc really gives: 8, 16, 32, 64, 96, 128, 192, 256. */
    private static int bucket(int bytes) {
        if (bytes == 0) {
            return 0;
        }
        if (bytes > 64 && bytes <= 96) {
            return 96;
        }
        if (bytes > 128 && bytes <= 192) {
            return 192;
        }
        return bytes <= 8 ? 8 : Integer.highestOneBit(bytes - 1) << 1;
    }
}
