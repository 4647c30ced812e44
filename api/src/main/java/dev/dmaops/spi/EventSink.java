package dev.dmaops.spi;

/** Receives what a kernel would write to its log. */
@FunctionalInterface
public interface EventSink {
    /** Drops everything. */
    EventSink NONE = (device, text) -> {};

    /**
     * One line.
     *
     * @param device the device it is about, or {@code swiotlb} and the like
     * @param text what happened, with numbers and units
     */
    void log(String device, String text);
}
