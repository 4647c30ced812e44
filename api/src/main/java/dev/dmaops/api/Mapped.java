package dev.dmaops.api;

/**
 * The device can reach the buffer.
 *
 * @param mapping the mapping, owned by the caller until it is closed
 */
public record Mapped(DmaMapping mapping) implements MapResult {}
