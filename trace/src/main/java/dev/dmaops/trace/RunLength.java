package dev.dmaops.trace;

/**
 * How many mappings took so many slots.
 *
 * @param slots slots of one mapping
 * @param mappings how many there were
 */
public record RunLength(int slots, long mappings) {}
