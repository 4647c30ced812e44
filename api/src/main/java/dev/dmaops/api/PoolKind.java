package dev.dmaops.api;

/** Which bounce pool stands behind a device. */
public enum PoolKind {
    /** No pool. */
    NONE("none"),
    /** The pool made at boot. */
    DEFAULT("default"),
    /** The pool made after boot, from the page allocator. */
    DEFAULT_LATE("default-late"),
    /** The boot pool, made contiguous in machine memory by exchange. */
    DEFAULT_XEN_REMAPPED("default-xen-remapped"),
    /** The late pool, made contiguous in machine memory by exchange. */
    DEFAULT_LATE_XEN_REMAPPED("default-late-xen-remapped"),
    /** The device's own restricted-dma-pool region. */
    RESTRICTED("restricted");

    private final String text;

    PoolKind(String text) {
        this.text = text;
    }

    /** The word used in configuration, JSON and tables. */
    public String text() {
        return text;
    }
}
