package dev.dmaops.api;

/** The root of everything that this library throws. The message starts with the code. */
public abstract class DmaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final DmaErrorCode code;

    DmaException(DmaErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** What went wrong, as a number that does not change between releases. */
    public final DmaErrorCode code() {
        return code;
    }
}
