package dev.dmaops.api;

/** Bits that say how memory may be allocated: the part of Linux's gfp flags that matters to DMA. */
public final class AllocationFlags {
    /** The caller can wait. */
    public static final int NONE = 0;
    /** The caller cannot wait: only memory set aside for this is used where mapping needs work. */
    public static final int ATOMIC = 1;
    /** Ask for the DMA zone. Ignored for coherent memory, where the mask decides; refused for pages. */
    public static final int ZONE_DMA = 2;
    /** Ask for memory below 4 GiB. Ignored for coherent memory, where the mask decides; refused for pages. */
    public static final int ZONE_DMA32 = 4;
    /** A compound page; always refused. */
    public static final int COMPOUND = 8;

    private AllocationFlags() {}
}
