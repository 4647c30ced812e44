package dev.dmaops.trace.event;

import dev.dmaops.api.DmaDirection;

/** One event, as its line says it; filled again and again by an {@link EventReader}. */
final class TraceEvent {
    EventKind kind = EventKind.OTHER;

    /** Number of the line, from 1. */
    long line;

    /** When, in nanoseconds of the trace's clock. */
    long nanos;

    /** On which processor. */
    int cpu;

    /** In which thread. */
    int pid;

    /** What the thread was doing: {@code .} its own work, {@code s} a soft interrupt, {@code h} a hard one; 0 when not said. */
    char level;

    /** Number of the device in {@link DeviceNames}. */
    int device;

    DmaDirection direction = DmaDirection.BIDIRECTIONAL;

    /** DMA address that was given out, or the original's in {@link EventKind#BOUNCED}. */
    long dma;

    /** Physical address of the original. */
    long physical;

    /** Length in bytes. */
    long bytes;

    /** Entries of the whole list, of which the lists below may show only the first ones. */
    int entries;

    final LongList dmas = new LongList();
    final LongList sizes = new LongList();
    final LongList physicals = new LongList();

    /** How many events were lost; 0 when the line does not say. */
    long lost;

    /** Whether interrupts can be told from the thread that they interrupt. */
    boolean knowsLevel() {
        return level != 0;
    }
}
