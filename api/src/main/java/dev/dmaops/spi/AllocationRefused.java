package dev.dmaops.spi;

import dev.dmaops.api.Refused;

/**
 * No memory was allocated.
 *
 * @param refused why
 */
public record AllocationRefused(Refused refused) implements AllocationResult, NoncontiguousResult {}
