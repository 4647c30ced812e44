package dev.dmaops.spi;

/** A domain that can map pages of others: a hook of machines with Xen below. The platform's {@link ForeignPages} follow it. */
public interface ForeignPageSource {
    /**
     * Says who keeps track from now on. Pages that are mapped already are told at once.
     *
     * @param pages the platform's
     */
    void follow(ForeignPages pages);
}
