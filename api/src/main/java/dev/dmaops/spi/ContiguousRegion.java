package dev.dmaops.spi;

/**
 * The block is contiguous in machine memory and zeroed.
 *
 * @param machineAddress machine address of its first byte, before any bus offset
 */
public record ContiguousRegion(long machineAddress) implements ContiguityResult {}
