package dev.dmaops.spi;

import java.lang.foreign.MemorySegment;

/**
 * Memory that a backend allocated for a device. It belongs to the caller until it is freed with the same backend.
 *
 * @param memory the bytes as the CPU sees them; empty under NO_KERNEL_MAPPING
 * @param physical physical address of the first byte
 * @param dma DMA address of the first byte
 * @param bytes length that was asked for, rounded up to whole pages
 */
public record Allocation(MemorySegment memory, long physical, long dma, long bytes) implements AllocationResult {}
