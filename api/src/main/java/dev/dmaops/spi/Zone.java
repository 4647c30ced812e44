package dev.dmaops.spi;

/** The part of physical memory that a page comes from: an allocation falls back from a higher zone to a lower one. */
public enum Zone {
    /** The lowest memory, for the narrowest devices. */
    DMA,
    /** Below 4 GiB. */
    DMA32,
    /** Everything. */
    NORMAL
}
