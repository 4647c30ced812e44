package dev.dmaops.trace.event;

/** What a line of a trace says. */
public enum EventKind {
    /** Nothing about DMA: comments, markers, other events. */
    OTHER,
    /** A DMA event that takes and gives no slots, such as a sync or coherent memory. */
    DMA,
    /** Events were lost here. */
    LOST,
    /** A bounce begins: slots are about to be searched. */
    BOUNCED,
    /** One buffer was mapped, or could not be. */
    MAP,
    /** A scatter list was mapped. */
    MAP_LIST,
    /** A scatter list could not be mapped. */
    MAP_LIST_FAILED,
    /** One buffer was unmapped. */
    UNMAP,
    /** A scatter list is about to be unmapped. */
    UNMAP_LIST
}
