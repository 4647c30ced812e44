package dev.dmaops.example.nvme;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.ScatterList;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes the DMA addresses of a mapped scatter list into a command, page by page. */
final class PrpList implements AutoCloseable {
    /** Size of the pages of which commands speak, whatever the kernel's are. */
    static final long PAGE = 4096;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long FIRST = 24;
    private static final long SECOND = 32;

    private final CoherentBuffer list;

    PrpList(DmaDevice device) {
        list = device.allocateCoherent(PAGE);
    }

    /** Bytes that one command can move at least: one page less than the list has places, because the first page may be cut. */
    static long mostBytes() {
        return (PAGE / Long.BYTES - 1) * PAGE;
    }

    /**
     * Fills the two entries of a command.
     *
     * @param buffers mapped; every segment but the first begins on a page, and every one but the last ends on one
     * @throws IllegalStateException when they do not
     */
    void describe(ScatterList buffers, MemorySegment command) {
        long pages = 0;
        for (int segment = 0; segment < buffers.mappedEntries(); segment++) {
            long at = buffers.dmaAddress(segment);
            long end = at + buffers.dmaBytes(segment);
            boolean last = segment == buffers.mappedEntries() - 1;
            if ((segment > 0 && (at & PAGE - 1) != 0) || (!last && (end & PAGE - 1) != 0)) {
                throw new IllegalStateException("segment " + segment + " of " + buffers.mappedEntries() + " at dma=0x"
                        + Long.toHexString(at) + " bytes=" + (end - at) + " does not join its neighbours on a page");
            }
            pages = put(pages, at, end, command);
        }
        finish(pages, command);
    }

    /** Fills the two entries of a command with one stretch of memory. */
    void describe(long dma, long bytes, MemorySegment command) {
        finish(put(0, dma, dma + bytes, command), command);
    }

    private long put(long pages, long start, long end, MemorySegment command) {
        long page = pages;
        for (long at = start; at < end; at = (at & -PAGE) + PAGE) {
            put(page++, at, command);
        }
        return page;
    }

    private void finish(long pages, MemorySegment command) {
        if (pages == 2) {
            command.set(LONG, SECOND, list.segment().get(LONG, 0));
        } else if (pages > 2) {
            command.set(LONG, SECOND, list.dmaAddress().value());
        }
    }

    private void put(long page, long dma, MemorySegment command) {
        if (page == 0) {
            command.set(LONG, FIRST, dma);
        } else {
            list.segment().set(LONG, (page - 1) * Long.BYTES, dma);
        }
    }

    @Override
    public void close() {
        list.close();
    }
}
