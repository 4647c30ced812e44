package dev.dmaops.conformance.linux;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMappingException;
import dev.dmaops.api.NoncoherentBuffer;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Allocating memory for a device.
 *
 * <p>Which pages Linux's allocator gave is an input and placed before the call; zone, alignment and reach are ours to show. Whether
 * Linux mapped them into its vmalloc area has no counterpart here.
 */
final class AllocationOperations {
    private static final String NULL = "NULL";
    private static final RowSchema ALLOCATE = LinuxOperation.inputs(
                    "id", "size", "attrs", "gfp", "dir", "pa", "vmalloc")
            .withResults("dma", "zeroed", "err");
    private static final RowSchema ALLOCATE_TABLE = LinuxOperation.inputs(
                    "id", "size", "attrs", "gfp", "dir", "orig_nents")
            .withResults("nents", "out", "err")
            .ignoring("out[].pa", "out[].flags");

    private AllocationOperations() {}

    static void addTo(Map<String, LinuxOperation> all) {
        all.put("alloc", LinuxOperation.counted(ALLOCATE, AllocationOperations::coherent));
        all.put("allocpages", LinuxOperation.counted(ALLOCATE, AllocationOperations::pages));
        all.put("allocnc", LinuxOperation.counted(ALLOCATE_TABLE, AllocationOperations::noncontiguous));
        all.put("free", LinuxOperation.counted(LinuxOperation.inputs("id"), AllocationOperations::free));
    }

    private static Answer coherent(LinuxState state, Row row) {
        Optional<DmaDevice> found = state.device();
        if (found.isEmpty()) {
            return state.closed();
        }
        DmaDevice device = found.get();
        if (row.has("pa")) {
            state.replay().pages().placeNext(row.address("pa"));
        }
        Answer.Observed observed = Answer.observed();
        switch (device.tryAllocateCoherent(row.number("size"), LinuxWords.attributes(row), LinuxWords.flags(row))) {
            case CoherentRefused refused -> observed.put("err", NULL);
            case CoherentBuffer buffer -> {
                long dma = buffer.dmaAddress().value();
                state.hold(row.number("id"), new Held.Memory(device, dma, buffer.bytes(), buffer::close));
                observed.put("dma", Values.hex(dma)).put("zeroed", isZero(buffer.segment()));
            }
        }
        state.replay().pages().forgetPlaces();
        return state.withCounters(observed);
    }

    private static boolean isZero(MemorySegment memory) {
        for (long i = 0; i < memory.byteSize(); i += Long.BYTES) {
            if (memory.get(ValueLayout.JAVA_LONG_UNALIGNED, i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static Answer pages(LinuxState state, Row row) {
        Optional<DmaDevice> found = state.device();
        if (found.isEmpty()) {
            return state.closed();
        }
        DmaDevice device = found.get();
        DmaDirection direction = LinuxWords.direction(row);
        if (row.has("pa")) {
            state.replay().pages().placeNext(row.address("pa"));
        }
        Answer.Observed observed = Answer.observed();
        try {
            NoncoherentBuffer buffer = device.allocatePages(row.number("size"), direction, LinuxWords.flags(row));
            long dma = buffer.dmaAddress().value();
            state.hold(row.number("id"), new Held.Memory(device, dma, buffer.bytes(), buffer::close));
            observed.put("dma", Values.hex(dma)).put("zeroed", isZero(buffer.segment()));
        } catch (DmaMappingException refused) {
            observed.put("err", NULL);
        }
        state.replay().pages().forgetPlaces();
        return state.withCounters(observed);
    }

    /** dma_alloc_noncontiguous promises a single DMA segment; our allocation of pages is one by nature. */
    private static Answer noncontiguous(LinuxState state, Row row) {
        Optional<DmaDevice> found = state.device();
        if (found.isEmpty()) {
            return state.closed();
        }
        DmaDevice device = found.get();
        DmaDirection direction = LinuxWords.direction(row);
        place(state, device, row);
        Answer.Observed observed = Answer.observed();
        if ((LinuxWords.attributes(row) & ~DmaAttributes.ALLOC_SINGLE_PAGES) != 0) {
            return state.withCounters(observed.put("err", NULL));
        }
        try {
            NoncoherentBuffer buffer = device.allocatePages(row.number("size"), direction, LinuxWords.flags(row));
            long dma = buffer.dmaAddress().value();
            state.hold(row.number("id"), new Held.Memory(device, dma, buffer.bytes(), buffer::close));
            observed.put("nents", 1L).put("out", List.of(Map.of("dma", Values.hex(dma), "len", buffer.bytes())));
        } catch (DmaMappingException refused) {
            observed.put("err", NULL);
        }
        state.replay().pages().forgetPlaces();
        return state.withCounters(observed);
    }

    /** Without an IOMMU the DMA address says where the pages are, all but the bits within a page. */
    private static void place(LinuxState state, DmaDevice device, Row row) {
        if (row.has("out") && !device.choice().iommuDomain().translates()) {
            List<Row> out = row.rows("out");
            if (!out.isEmpty()) {
                long page = -state.replay().pages().pageBytes();
                state.replay()
                        .pages()
                        .placeNext(device.state()
                                .ranges()
                                .toPhysical(out.getFirst().address("dma") & page));
            }
        }
    }

    private static Answer free(LinuxState state, Row row) {
        Held held = state.take(row.number("id"));
        if (held == null) {
            return LinuxState.lost(row);
        }
        held.release();
        return state.withCounters(Answer.observed());
    }
}
