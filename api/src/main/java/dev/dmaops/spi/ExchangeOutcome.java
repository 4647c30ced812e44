package dev.dmaops.spi;

/**
 * What an exchange did.
 *
 * @param error 0, or Xen's error, negative, when not everything was exchanged
 * @param exchanged blocks given up that are gone, from the first on
 */
public record ExchangeOutcome(int error, long exchanged) {}
