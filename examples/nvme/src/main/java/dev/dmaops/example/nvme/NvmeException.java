package dev.dmaops.example.nvme;

/** The controller refused a command, did not answer, or gave up. */
public final class NvmeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    NvmeException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** Status code type in the upper byte and status code in the lower, as the completion had them; -1 when there was none. */
    public int status() {
        return status;
    }
}
