/**
 * What users of DMA hold: a platform, its devices, mappings and buffers, and the reasons behind every choice.
 *
 * <p>Nothing may be null unless it says {@link org.jspecify.annotations.Nullable}. Addresses are bytes and unsigned; a DMA address
 * and a physical address are different types at this border, and named {@code long}s in the forms made for hot loops.
 */
@NullMarked
package dev.dmaops.api;

import org.jspecify.annotations.NullMarked;
