package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pages of other domains: what the kernel's tables say of them before, while and after they are mapped. */
final class GrantRows {
    private static final RowSchema PAGE = RowSchema.ofInputs(
                    "seq",
                    "t",
                    "what",
                    "i",
                    "rc",
                    "status",
                    "dev_bus_addr",
                    "pfn",
                    "aliases_source",
                    "dom",
                    "ref",
                    "is_offer",
                    "idx")
            .withResults(
                    "bfn",
                    "pfn_valid",
                    "bfn_valid_as_pfn",
                    "bfn_to_local_pfn",
                    "page_foreign",
                    "raw_p2m",
                    "foreign_bit");

    static final Map<String, RowSchema> SCHEMAS = Map.of(
            "gnttab_alloc_pages", RowSchema.ofInputs("seq", "t", "rc", "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"),
            "grant", RowSchema.ofInputs("seq", "t", "ref", "src_pfn", "src_bfn"),
            "grant_premap", PAGE,
            "grant_map", PAGE,
            "grant_layout", RowSchema.ofInputs("seq", "t", "consecutive").withResults("runs"),
            "grant_maps", RowSchema.ofInputs("seq", "t", "what", "forced_dma_coherent"),
            "grant_unmap", PAGE,
            "grant_end", RowSchema.ofInputs("seq", "t", "ref", "ok"),
            "offer", RowSchema.ofInputs("seq", "t", "ref", "idx", "gfn"));

    private final XenState state;

    GrantRows(XenState state) {
        this.state = state;
    }

    Answer play(Row row) {
        switch (row.kind()) {
            case "grant" ->
                state.frames().become(List.of(new FrameRun(row.number("src_pfn"), row.number("src_bfn"), 1)));
            case "grant_maps" -> state.coherent(row.number("forced_dma_coherent") != 0);
            case "grant_map" -> map(row);
            case "grant_unmap" -> unmap(row);
            default -> {}
        }
        return switch (row.kind()) {
            case "grant_premap", "grant_map", "grant_unmap" ->
                row.has("pfn") ? page(row.number("pfn")) : Answer.NOT_ASKED;
            case "grant_layout" -> {
                List<FrameRun> runs = FrameRun.of(row, "runs");
                long count = runs.stream().mapToLong(FrameRun::length).sum();
                yield Answer.observed()
                        .put("runs", state.frames().runs(runs.getFirst().pfn(), count));
            }
            default -> Answer.NOT_ASKED;
        };
    }

    private void map(Row row) {
        if (row.number("status") == 0 && row.has("pfn")) {
            state.frames().foreignMapped(row.number("pfn"), row.address("dev_bus_addr") >>> BusFrames.SHIFT);
        }
    }

    private void unmap(Row row) {
        if (row.number("rc") == 0) {
            state.frames().foreignUnmapped(row.number("pfn"));
        }
    }

    private Answer page(long pfn) {
        Optional<BusFrames> tables = state.frames().tables();
        if (tables.isEmpty()) {
            return Answer.skipped("this system knows no pages of other domains");
        }
        BusFrames known = tables.get();
        long bfn = known.toBus(pfn);
        boolean pv = state.header().hypervisor().kind() == Hypervisor.Kind.XEN_PV;
        boolean elsewhere = bfn != BusFrames.NO_FRAME && known.toGuest(bfn) != pfn;
        long raw = pv ? elsewhere ? bfn | PvMemoryCalls.FOREIGN : bfn : bfn == pfn ? BusFrames.NO_FRAME : bfn;
        return Answer.observed()
                .put("bfn", Values.unsigned(bfn))
                .put("pfn_valid", known.isValid(pfn))
                .put("bfn_valid_as_pfn", known.isValid(bfn))
                .put("bfn_to_local_pfn", known.toLocal(bfn))
                .put("page_foreign", state.frames().isForeign(pfn))
                .put("raw_p2m", Values.hex(raw))
                .put("foreign_bit", pv && elsewhere);
    }
}
