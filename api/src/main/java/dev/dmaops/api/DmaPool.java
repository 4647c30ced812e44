package dev.dmaops.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Small coherent blocks of one size, cut from pages that are kept until the pool is closed (mm/dmapool.c, 6.12).
 *
 * <p>Blocks come back last in, first out; the blocks of a fresh page come first and in ascending order. Contents are undefined
 * unless {@link #allocateZeroed()} is used. Any thread may call.
 */
public final class DmaPool implements AutoCloseable {
    private static final long SMALLEST_BLOCK = 16;

    private final DmaDevice device;
    private final String name;
    private final long blockBytes;
    private final long boundary;
    private final long allocation;
    private final List<CoherentBuffer> pages = new ArrayList<>();
    private final Map<Long, DmaPoolBlock> live = new HashMap<>();
    private @Nullable Free free;
    private boolean closed;

    private record Free(DmaPoolBlock block, @Nullable Free next) {}

    private DmaPool(DmaDevice device, String name, long blockBytes, long boundary, long allocation) {
        this.device = device;
        this.name = name;
        this.blockBytes = blockBytes;
        this.boundary = boundary;
        this.allocation = allocation;
    }

    static DmaPool create(DmaDevice device, long pageBytes, String name, long bytes, long alignment, long boundary) {
        long align = alignment == 0 ? 1 : alignment;
        if (Long.bitCount(align) != 1 || align < 0) {
            throw invalid(device, name, "alignment=" + alignment + " is not a power of two");
        }
        if (bytes <= 0 || bytes > Integer.MAX_VALUE) {
            throw invalid(device, name, "block bytes=" + bytes + " is not in 1 to " + Integer.MAX_VALUE);
        }
        long block = Math.ceilDiv(Math.max(bytes, SMALLEST_BLOCK), align) * align;
        long allocation = Math.max(block, pageBytes);
        long limit = boundary == 0 ? allocation : boundary;
        if (limit < block || (Long.bitCount(limit) != 1 && boundary != 0)) {
            throw invalid(
                    device,
                    name,
                    "boundary=" + boundary + " is not a power of two of at least the block's bytes=" + block);
        }
        return new DmaPool(device, name, block, Math.min(limit, allocation), allocation);
    }

    private static DmaUsageException invalid(DmaDevice device, String name, String what) {
        return new DmaUsageException(
                DmaErrorCode.INVALID_POOL,
                device.id() + ": cannot make DMA pool " + name + ": " + what + ". Correct that parameter.");
    }

    /** Size of a block in bytes, with padding for alignment. */
    public long blockBytes() {
        return blockBytes;
    }

    /** Blocks in use. */
    public synchronized int liveBlocks() {
        return live.size();
    }

    /**
     * A block; the caller owns it until {@link #free}.
     *
     * @throws DmaMappingException when a new page is needed and cannot be had
     */
    public synchronized DmaPoolBlock allocate() {
        if (closed) {
            throw new DmaUsageException(
                    DmaErrorCode.CLOSED, device.id() + ": DMA pool " + name + " is closed. Make another one.");
        }
        if (free == null) {
            grow();
        }
        Free first = Objects.requireNonNull(free);
        free = first.next();
        live.put(first.block().dmaAddress().value(), first.block());
        return first.block();
    }

    /** {@link #allocate()} with all bytes 0. */
    public DmaPoolBlock allocateZeroed() {
        DmaPoolBlock block = allocate();
        block.segment().fill((byte) 0);
        return block;
    }

    /**
     * Gives a block back.
     *
     * @throws DmaUsageException {@link DmaErrorCode#NOT_A_POOL_BLOCK} when it is not in use, or not from here
     */
    public synchronized void free(DmaPoolBlock block) {
        if (!live.remove(block.dmaAddress().value(), block)) {
            throw new DmaUsageException(
                    DmaErrorCode.NOT_A_POOL_BLOCK,
                    device.id() + ": block dma=" + block.dmaAddress() + " is not in use in DMA pool " + name
                            + ". Free each block once, to the pool that gave it.");
        }
        free = new Free(block, free);
    }

    private void grow() {
        CoherentBuffer page = device.allocateCoherent(allocation);
        pages.add(page);
        List<DmaPoolBlock> blocks = new ArrayList<>();
        long nextBoundary = boundary;
        for (long offset = 0; offset + blockBytes <= allocation; ) {
            if (offset + blockBytes > nextBoundary) {
                offset = nextBoundary;
                nextBoundary += boundary;
                continue;
            }
            blocks.add(new DmaPoolBlock(
                    page.segment().asSlice(offset, blockBytes),
                    new DmaAddress(page.dmaAddress().value() + offset)));
            offset += blockBytes;
        }
        for (DmaPoolBlock block : blocks.reversed()) {
            free = new Free(block, free);
        }
    }

    /**
     * Gives all pages back.
     *
     * @throws DmaUsageException {@link DmaErrorCode#STILL_IN_USE} while blocks are in use: their pages are kept, as a device
     *     may still write to them
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        free = null;
        if (!live.isEmpty()) {
            throw new DmaUsageException(
                    DmaErrorCode.STILL_IN_USE,
                    device.id() + ": DMA pool " + name + " closed with blocks=" + live.size()
                            + " in use; its pages are kept. Free every block first.");
        }
        pages.forEach(CoherentBuffer::close);
        pages.clear();
    }
}
