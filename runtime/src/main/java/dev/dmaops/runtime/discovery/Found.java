package dev.dmaops.runtime.discovery;

/**
 * A provider that was found.
 *
 * @param <P> what it provides
 * @param id its id, unique among its kind
 * @param provider the provider
 * @param origin where it comes from
 */
public record Found<P>(String id, P provider, ProviderOrigin origin) {}
