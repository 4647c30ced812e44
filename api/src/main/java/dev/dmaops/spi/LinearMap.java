package dev.dmaops.spi;

/**
 * Native memory and physical memory a fixed distance apart.
 *
 * @param nativeBase address of the first byte for this process
 * @param physicalBase physical address of the same byte
 * @param bytes length; holes of the machine's memory map may lie inside
 */
public record LinearMap(long nativeBase, long physicalBase, long bytes) {}
