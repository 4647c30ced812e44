package dev.dmaops.api;

/**
 * No coherent memory.
 *
 * @param refused why
 */
public record CoherentRefused(Refused refused) implements CoherentResult {}
