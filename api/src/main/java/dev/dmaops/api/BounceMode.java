package dev.dmaops.api;

/** When the chosen backend bounces a streaming mapping. */
public enum BounceMode {
    /** Never. */
    NONE("none"),
    /** When the buffer is out of reach or unsafe; a pool stands ready. */
    POSSIBLE("possible"),
    /** Behind an IOMMU: only when the buffer does not fill whole granules. */
    POSSIBLE_SUB_GRANULE("possible-sub-granule"),
    /** Every streaming mapping. */
    FORCED("forced"),
    /** It would be needed for buffers out of reach, but there is no pool: such a map is refused. */
    ERROR_IF_NEEDED("error-if-needed");

    private final String text;

    BounceMode(String text) {
        this.text = text;
    }

    /** The word used in configuration, JSON and tables. */
    public String text() {
        return text;
    }
}
