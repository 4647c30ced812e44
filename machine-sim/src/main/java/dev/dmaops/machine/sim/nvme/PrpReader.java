package dev.dmaops.machine.sim.nvme;

import dev.dmaops.machine.sim.DmaEngine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the pages of a command: the first entry may begin inside of a page; when two are not enough, the second leads to a list, whose
 * last place leads to the next list as long as there are more.
 *
 * @param engine how lists are read
 * @param page size of a page in bytes
 */
record PrpReader(DmaEngine engine, long page) {
    private static final ValueLayout.OfLong ENTRY = ValueLayout.JAVA_LONG_UNALIGNED;

    /**
     * A stretch of memory.
     *
     * @param dma where the device finds it
     * @param bytes length
     */
    record Piece(long dma, long bytes) {}

    /**
     * What was found.
     *
     * @param pieces in order; empty when there is an error
     * @param error what is wrong
     */
    record Found(List<Piece> pieces, Optional<NvmeStatus> error) {
        private static Found wrong(NvmeStatus status) {
            return new Found(List.of(), Optional.of(status));
        }
    }

    Found find(long first, long second, long bytes) {
        if ((first & 3) != 0) {
            return Found.wrong(NvmeStatus.PRP_OFFSET_INVALID);
        }
        List<Piece> pieces = new ArrayList<>();
        long head = Math.min(bytes, page - (first & page - 1));
        pieces.add(new Piece(first, head));
        long left = bytes - head;
        if (left <= page) {
            return left == 0 || add(pieces, second, left)
                    ? new Found(pieces, Optional.empty())
                    : Found.wrong(NvmeStatus.PRP_OFFSET_INVALID);
        }
        long list = second;
        while (left > 0) {
            if ((list & 7) != 0) {
                return Found.wrong(NvmeStatus.PRP_OFFSET_INVALID);
            }
            long places = (page - (list & page - 1)) / Long.BYTES;
            long needed = Math.min((left + page - 1) / page, places);
            boolean goesOn = (left + page - 1) / page > places;
            MemorySegment entries = MemorySegment.ofArray(new long[(int) needed]);
            if (engine.read(list, entries) != entries.byteSize()) {
                return Found.wrong(NvmeStatus.DATA_TRANSFER_ERROR);
            }
            long here = goesOn ? needed - 1 : needed;
            for (long i = 0; i < here; i++) {
                long length = Math.min(left, page);
                if (!add(pieces, entries.get(ENTRY, i * Long.BYTES), length)) {
                    return Found.wrong(NvmeStatus.PRP_OFFSET_INVALID);
                }
                left -= length;
            }
            if (goesOn) {
                list = entries.get(ENTRY, here * Long.BYTES);
                // A list that consists of the place for the next one alone would lead nowhere for ever.
                if (here == 0 && (list & page - 1) != 0) {
                    return Found.wrong(NvmeStatus.PRP_OFFSET_INVALID);
                }
            }
        }
        return new Found(pieces, Optional.empty());
    }

    private boolean add(List<Piece> pieces, long entry, long bytes) {
        pieces.add(new Piece(entry, bytes));
        return (entry & page - 1) == 0;
    }
}
