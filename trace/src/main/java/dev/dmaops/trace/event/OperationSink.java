package dev.dmaops.trace.event;

/** Is told what happened, in the order in which it happened. */
public interface OperationSink {
    /** Slots are searched for a buffer; all bounces of an operation come before {@link #mapped}. */
    void bounced(Bounce bounce);

    /** A call has ended. */
    void mapped(Operation operation);

    /** A mapping ends. */
    void unmapped(Operation operation, long nanos);

    /**
     * Something was unmapped that nobody was seen to map.
     *
     * @param afterLoss whether events were lost before, so that the map may be among them
     */
    void unmatched(boolean afterLoss);
}
