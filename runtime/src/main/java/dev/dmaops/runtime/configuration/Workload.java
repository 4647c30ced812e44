package dev.dmaops.runtime.configuration;

/** What {@code dmaops run} does with the devices of a configuration. Opening a platform does not look at it. */
public enum Workload {
    /** Buffers of all kinds, scatter lists, coherent memory; in a dom0 also pages of other domains. */
    MIXED("mixed"),
    /** Other domains read and write a disk of dom0: dom0 maps their pages for it. */
    BLOCK_BACKEND("block-backend"),
    /** Other domains send and receive packets through a card of dom0, which maps their pages or has Xen copy them. */
    NETWORK_BACKEND("network-backend"),
    /** Pages of other domains go while a device has them. */
    GRANT_LOSS("grant-loss"),
    /** Coherent memory is asked for until Xen has no frames that fit, and again when frames came back. */
    EXCHANGE_EXHAUSTION("exchange-exhaustion");

    private final String text;

    Workload(String text) {
        this.text = text;
    }

    /** The word used in configuration. */
    public String text() {
        return text;
    }
}
