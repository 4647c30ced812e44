package dev.dmaops.api;

import dev.dmaops.spi.IovaLinks;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Addresses behind an IOMMU that are reserved once and get memory piece by piece, so that a driver needs no scatter list and one
 * allocation only (dma_iova_try_alloc and what follows it, 6.18).
 *
 * <pre>
 *   device address   first                                       first + bytes
 *                    |  piece at 0  | piece | reserved, nothing there |
 *   granules      |--------|--------|-------|--------|--------|--------|
 * </pre>
 *
 * <p><b>Protocol.</b> {@link DmaDevice#reserveStretch}, {@link #link} each piece, {@link #publish} once, start the device; {@link
 * #close} when it is done. Only the first piece may begin inside of a granule, only the last may end inside of one.
 *
 * <p>The caller owns it and closes it before the device's platform. Not for several threads at once.
 */
public final class IovaStretch implements AutoCloseable {
    private static final DmaDirection[] DIRECTIONS = DmaDirection.values();

    private final DmaDevice device;
    private final IovaLinks links;
    private final long first;
    private final long bytes;
    // Linked pieces, ascending by offset.
    private long[] offsets = new long[8];
    private long[] lengths = new long[8];
    private long[] kinds = new long[8];
    private int pieces;
    private boolean closed;
    private @Nullable Refused refusal;

    IovaStretch(DmaDevice device, IovaLinks links, long first, long bytes) {
        this.device = device;
        this.links = links;
        this.first = first;
        this.bytes = bytes;
    }

    /** What to give to the device. */
    public DmaAddress dmaAddress() {
        return new DmaAddress(first);
    }

    /** Length in bytes, as reserved. */
    public long bytes() {
        return bytes;
    }

    /** Pieces that are linked now. */
    public int pieces() {
        return pieces;
    }

    /** Why the last {@link #link} was refused; null when it was not. */
    public @Nullable Refused refusal() {
        return refusal;
    }

    /**
     * Puts machine memory behind part of the stretch.
     *
     * @param offset from the stretch's first byte, in bytes
     * @return the piece's DMA address, or {@link DmaDevice#MAPPING_ERROR} with the reason in {@link #refusal()}
     * @throws DmaUsageException IOMMU_USAGE when the piece lies outside of the stretch, over another, or not on granules; nothing
     *     changes then
     */
    public long link(long offset, MemorySegment memory, DmaDirection direction, int attributes) {
        return link(offset, device.requirePhysical(memory), memory.byteSize(), direction, attributes);
    }

    /** {@link #link(long, MemorySegment, DmaDirection, int)} for machine memory known by its physical address. */
    public long link(long offset, long physical, long length, DmaDirection direction, int attributes) {
        requireOpen();
        requireInside(offset, length);
        requireAligned(offset, physical, length);
        int at = position(offset);
        if ((at < pieces && offsets[at] < offset + length) || (at > 0 && offsets[at - 1] + lengths[at - 1] > offset)) {
            throw misuse(offset, length, "link", "another piece is linked there. Unlink it first");
        }
        long result = links.link(first + offset, physical, length, direction, attributes);
        if (Refusals.isRefusal(result)) {
            refusal = device.refusal(result, physical, length);
            return DmaDevice.MAPPING_ERROR;
        }
        refusal = null;
        insert(at, offset, length, (long) attributes << 8 | direction.ordinal());
        return result;
    }

    /** Makes everything that was linked visible to the device: before the device is started. */
    public void publish() {
        requireOpen();
        if (pieces > 0) {
            long end = offsets[pieces - 1] + lengths[pieces - 1];
            links.publish(first + offsets[0], end - offsets[0]);
        }
    }

    /**
     * Takes one piece away; its addresses stay reserved.
     *
     * @throws DmaUsageException MISMATCHED_UNMAP when no piece with that offset and length is linked; nothing changes then. BUFFER_GONE
     *     when the memory of a bounced end was given away meanwhile; the piece is taken away all the same
     */
    public void unlink(long offset, long length) {
        requireOpen();
        int at = position(offset);
        if (at == pieces || offsets[at] != offset || lengths[at] != length) {
            throw new DmaUsageException(
                    DmaErrorCode.MISMATCHED_UNMAP,
                    device.id() + ": cannot unlink offset=" + offset + " bytes=" + length
                            + ": no such piece is linked. Unlink whole pieces, each once.");
        }
        RuntimeException failure = unlinkAt(at);
        if (failure != null && !isGone(failure)) {
            throw failure;
        }
        pieces--;
        System.arraycopy(offsets, at + 1, offsets, at, pieces - at);
        System.arraycopy(lengths, at + 1, lengths, at, pieces - at);
        System.arraycopy(kinds, at + 1, kinds, at, pieces - at);
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Takes all pieces away and gives the addresses back. Does nothing the second time.
     *
     * <p>When a piece fails for any other reason than BUFFER_GONE, the others are taken away all the same, and the addresses stay
     * reserved: memory may still be behind them. Of several failures the others are suppressed ones of that which is thrown.
     *
     * @throws DmaUsageException BUFFER_GONE when the memory of a bounced end was given away meanwhile; all pieces are taken away and the
     *     addresses given back all the same
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        RuntimeException failure = null;
        while (pieces > 0) {
            failure = worse(failure, unlinkAt(--pieces));
        }
        if (failure == null || isGone(failure)) {
            long granule = links.granule();
            long start = first & -granule;
            links.release(start, (first - start + bytes + granule - 1) & -granule);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** What went wrong, or null. */
    private @Nullable RuntimeException unlinkAt(int at) {
        try {
            links.unlink(
                    first + offsets[at], lengths[at], DIRECTIONS[(int) (kinds[at] & 0xff)], (int) (kinds[at] >>> 8));
            return null;
        } catch (RuntimeException failure) {
            return failure;
        }
    }

    /** The one to report, with the other suppressed: the earlier, unless only its memory was gone. */
    private static @Nullable RuntimeException worse(
            @Nullable RuntimeException earlier, @Nullable RuntimeException later) {
        if (earlier == null || later == null) {
            return earlier == null ? later : earlier;
        }
        boolean laterIsWorse = isGone(earlier) && !isGone(later);
        RuntimeException worse = laterIsWorse ? later : earlier;
        worse.addSuppressed(laterIsWorse ? earlier : later);
        return worse;
    }

    private static boolean isGone(RuntimeException failure) {
        return failure instanceof DmaUsageException usage && usage.code() == DmaErrorCode.BUFFER_GONE;
    }

    private void insert(int at, long offset, long length, long kind) {
        if (pieces == offsets.length) {
            offsets = Arrays.copyOf(offsets, pieces * 2);
            lengths = Arrays.copyOf(lengths, pieces * 2);
            kinds = Arrays.copyOf(kinds, pieces * 2);
        }
        System.arraycopy(offsets, at, offsets, at + 1, pieces - at);
        System.arraycopy(lengths, at, lengths, at + 1, pieces - at);
        System.arraycopy(kinds, at, kinds, at + 1, pieces - at);
        offsets[at] = offset;
        lengths[at] = length;
        kinds[at] = kind;
        pieces++;
    }

    /** Where a piece with this offset is, or belongs. */
    private int position(long offset) {
        int found = Arrays.binarySearch(offsets, 0, pieces, offset);
        return found < 0 ? -found - 1 : found;
    }

    private void requireOpen() {
        if (closed) {
            throw new DmaUsageException(
                    DmaErrorCode.CLOSED,
                    device.id() + ": the stretch at dma=0x" + Long.toHexString(first) + " is closed. Reserve another.");
        }
    }

    private void requireInside(long offset, long length) {
        if (offset < 0 || length <= 0 || offset > bytes - length) {
            throw misuse(
                    offset,
                    length,
                    "link",
                    "the stretch has bytes=" + bytes + ", and a piece has at least one. Stay inside");
        }
    }

    private void requireAligned(long offset, long physical, long length) {
        long mask = links.granule() - 1;
        long dma = first + offset;
        if ((dma & mask) != (physical & mask)) {
            throw misuse(
                    offset,
                    length,
                    "link",
                    "the piece begins at physical=0x" + Long.toHexString(physical) + ", " + (physical & mask)
                            + " bytes into a granule of " + (mask + 1) + ", and the address there is " + (dma & mask)
                            + " bytes into one. Reserve the stretch with the first piece's offset, and begin every other"
                            + " piece on a granule");
        }
        if (offset > 0 && (dma & mask) != 0) {
            throw misuse(
                    offset,
                    length,
                    "link",
                    "only the first piece may begin inside of a granule of " + (mask + 1)
                            + " bytes. Copy it, or map it alone");
        }
        if (offset + length < bytes && (dma + length & mask) != 0) {
            throw misuse(
                    offset,
                    length,
                    "link",
                    "only the last piece may end inside of a granule of " + (mask + 1)
                            + " bytes. Copy it, or map it alone");
        }
    }

    private DmaUsageException misuse(long offset, long length, String verb, String why) {
        return new DmaUsageException(
                DmaErrorCode.IOMMU_USAGE,
                device.id() + ": cannot " + verb + " offset=" + offset + " bytes=" + length + ": " + why + ".");
    }
}
