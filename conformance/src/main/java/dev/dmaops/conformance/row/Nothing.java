package dev.dmaops.conformance.row;

/** JSON's null as a value, so that a field that says null differs from one that is not there. */
public enum Nothing {
    /** The only one. */
    NULL;

    @Override
    public String toString() {
        return "null";
    }
}
