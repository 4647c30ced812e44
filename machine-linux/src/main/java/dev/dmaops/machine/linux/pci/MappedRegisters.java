package dev.dmaops.machine.linux.pci;

import dev.dmaops.api.DeviceRegisters;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.calls.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A window that is mapped into this process: every access is one load or store. */
public final class MappedRegisters implements DeviceRegisters {
    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private final String device;
    private final MemorySegment window;
    private volatile boolean closed;

    private MappedRegisters(String device, MemorySegment window) {
        this.device = device;
        this.window = window;
    }

    /**
     * Maps a window.
     *
     * @param descriptor the file of the window, or of all windows
     * @param offset first byte of the window in it
     */
    static MappedRegisters map(String device, int descriptor, long offset, long bytes) {
        long address = HostCall.require(
                SystemCalls.mmap(0, bytes, SystemCalls.PROT_READ_WRITE, SystemCalls.MAP_SHARED, descriptor, offset),
                device,
                "mmap of " + bytes + " bytes of registers",
                "Kernel lockdown forbids it; so does a window that cannot be mapped.");
        return new MappedRegisters(device, view(address, bytes));
    }

    @SuppressWarnings("restricted") // a view of what was mapped just now
    private static MemorySegment view(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public long bytes() {
        return window.byteSize();
    }

    @Override
    public int read32(long offset) {
        check(offset, Integer.BYTES);
        return (int) INT.getVolatile(window, offset);
    }

    @Override
    public void write32(long offset, int value) {
        check(offset, Integer.BYTES);
        INT.setVolatile(window, offset, value);
    }

    @Override
    public long read64(long offset) {
        check(offset, Long.BYTES);
        return (long) LONG.getVolatile(window, offset);
    }

    @Override
    public void write64(long offset, long value) {
        check(offset, Long.BYTES);
        LONG.setVolatile(window, offset, value);
    }

    private void check(long offset, int width) {
        if (closed) {
            throw new DmaUsageException(
                    DmaErrorCode.CLOSED, device + ": its registers were given back. Open the platform again.");
        }
        if ((offset & (width - 1)) != 0 || offset < 0 || offset > window.byteSize() - width) {
            throw new DmaUsageException(
                    DmaErrorCode.OUTSIDE_BUFFER,
                    device + ": cannot access register offset=0x" + Long.toHexString(offset) + " width=" + width
                            + ": expected a multiple of the width below bytes=" + window.byteSize() + ".");
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            SystemCalls.munmap(window.address(), window.byteSize());
        }
    }
}
