package dev.dmaops.api;

/** The host system refused what a machine made of it needs: a system call failed, a device is in use, a frame is hidden. */
public final class DmaHostException extends DmaException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * The message without its code, which is put in front.
     *
     * @param errno the error number of the system call that failed; 0 when none did
     */
    public DmaHostException(DmaErrorCode code, int errno, String message) {
        super(code, code.text() + " " + message);
        this.errno = errno;
    }

    /** The error number of the system call that failed, as in {@code errno.h}; 0 when none did. */
    public int errno() {
        return errno;
    }
}
