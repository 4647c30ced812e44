package dev.dmaops.api;

/** The caller broke the protocol; nothing was changed. */
public final class DmaUsageException extends DmaException {
    private static final long serialVersionUID = 1L;

    /** The message without its code, which is put in front. */
    public DmaUsageException(DmaErrorCode code, String message) {
        super(code, code.text() + " " + message);
    }
}
