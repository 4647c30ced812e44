package dev.dmaops.machine.linux.memory;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where this process's pages are: {@code /proc/self/pagemap}, eight bytes a page (Documentation/admin-guide/mm/pagemap.rst, 6.12).
 * Touch a page before asking.
 */
public final class Pagemap implements AutoCloseable {
    private static final int ENTRY = 8;
    private static final int SHIFT = 12;
    private static final long PRESENT = 1L << 63;
    private static final long FRAME = (1L << 55) - 1;

    private final RandomAccessFile file;

    /**
     * Opens it.
     *
     * @throws DmaHostException {@link DmaErrorCode#HOST_PAGEMAP_HIDDEN} when this process may not
     */
    public Pagemap() {
        try {
            file = new RandomAccessFile("/proc/self/pagemap", "r");
        } catch (IOException e) {
            throw hidden("cannot be opened: " + e.getMessage());
        }
    }

    /**
     * The physical address of a byte of this process.
     *
     * @throws DmaHostException {@link DmaErrorCode#HOST_PAGEMAP_HIDDEN} when the page is not there or the kernel does not say where
     */
    public synchronized long physical(long address) {
        byte[] entry = new byte[ENTRY];
        try {
            file.seek((address >>> SHIFT) * ENTRY);
            file.readFully(entry);
        } catch (IOException e) {
            throw hidden("cannot be read at 0x" + Long.toHexString(address) + ": " + e.getMessage());
        }
        return decode(ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN).getLong(), address);
    }

    /** The physical address in an entry. */
    static long decode(long entry, long address) {
        if ((entry & PRESENT) == 0) {
            throw hidden("says that the page at 0x" + Long.toHexString(address)
                    + " is not present: it was not touched, or it is device memory, which pagemap does not cover");
        }
        long frame = entry & FRAME;
        if (frame == 0) {
            throw hidden(
                    "shows page frame 0 for 0x" + Long.toHexString(address) + ": frames are hidden from this process");
        }
        return (frame << SHIFT) + (address & ((1L << SHIFT) - 1));
    }

    private static DmaHostException hidden(String what) {
        return new DmaHostException(
                DmaErrorCode.HOST_PAGEMAP_HIDDEN,
                0,
                "/proc/self/pagemap " + what
                        + ". Give the process CAP_SYS_ADMIN, use huge pages, or put an IOMMU in front of"
                        + " the device.");
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
