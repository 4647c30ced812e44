package dev.dmaops.api;

/** The answer to a driver that states its device's mask. */
public enum SetMaskOutcome {
    /** The mask is in force. */
    OK("ok"),
    /** Refused, as Linux's -EIO; the old mask stays in force. */
    EIO("eio");

    private final String text;

    SetMaskOutcome(String text) {
        this.text = text;
    }

    /** The word used in configuration, JSON and tables. */
    public String text() {
        return text;
    }
}
