/**
 * What implementers write: backends, platforms, machines, and the hooks between them.
 *
 * <p>Nothing may be null unless it says {@link org.jspecify.annotations.Nullable}. Addresses are {@code long}s in bytes and unsigned;
 * the parameter's name says which kind: {@code physical}, {@code dma}. Nothing adds two kinds. Capabilities that a machine lacks
 * are absent from {@link dev.dmaops.spi.BackendContext#hook}; there is no default that pretends.
 */
@NullMarked
package dev.dmaops.spi;

import org.jspecify.annotations.NullMarked;
