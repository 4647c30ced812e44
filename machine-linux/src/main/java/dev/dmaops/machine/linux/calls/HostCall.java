package dev.dmaops.machine.linux.calls;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;

/** Turns a failed system call into one message: where, which call, error number, cure. */
public final class HostCall {
    private HostCall() {}

    /**
     * The result of a call, when it succeeded.
     *
     * @param result what a method of {@link SystemCalls} returned
     * @param where the device or memory that the call was for
     * @param call the call as a reader would search for it: {@code ioctl VFIO_SET_IOMMU}
     * @param cure what to do about it, as sentences
     * @throws DmaHostException {@link DmaErrorCode#HOST_CALL} when it failed
     */
    public static int require(int result, String where, String call, String cure) {
        if (result < 0) {
            throw failed(-result, where, call, cure);
        }
        return result;
    }

    /** The same for a call that returns a length or an address. */
    public static long require(long result, String where, String call, String cure) {
        if (result < 0 && result >= -4095) {
            throw failed((int) -result, where, call, cure);
        }
        return result;
    }

    /** The exception for a call that failed. */
    public static DmaHostException failed(int errno, String where, String call, String cure) {
        return new DmaHostException(
                DmaErrorCode.HOST_CALL, errno, where + ": " + call + " failed with " + Errno.text(errno) + ". " + cure);
    }
}
