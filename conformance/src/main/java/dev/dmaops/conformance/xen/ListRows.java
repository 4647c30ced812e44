package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scatter lists, entry by entry. */
final class ListRows {
    static final RowSchema SCHEMA = RowSchema.ofInputs("seq", "t", "mask", "nents")
            .withResults("mapped", "bounced", "ents")
            .ignoring("ents[].phys", "ents[].len");

    private static final DmaDirection DIRECTION = DmaDirection.BIDIRECTIONAL;

    private final XenState state;

    ListRows(XenState state) {
        this.state = state;
    }

    Answer play(Row row) {
        Optional<DmaDevice> found = state.device(row);
        if (found.isEmpty()) {
            return state.closed(row);
        }
        DmaDevice device = found.get();
        XenState.force(device, row.address("mask"), 0);
        List<Row> entries = row.rows("ents");
        ScatterList list = new ScatterList();
        entries.forEach(entry -> list.addPhysical(entry.address("phys"), entry.number("len")));
        int mapped = device.mapScatter(list, DIRECTION, DmaAttributes.NONE);
        Refused refusal = list.refusal();
        boolean refused = refusal != null;
        long bounced = refusal != null && MaskTrial.attempted(refusal) ? 1 : 0;
        List<Map<String, Object>> out = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            long physical = entries.get(i).address("phys");
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("machine", Values.hex(state.frames().bus(physical)));
            entry.put(
                    "straddles",
                    state.frames().straddles(physical, entries.get(i).number("len")));
            if (!refused && i < mapped) {
                long dma = list.dmaAddress(i);
                boolean inPool = state.inPool(device, dma).isPresent();
                bounced += inPool ? 1 : 0;
                entry.put(
                        "dma",
                        state.translated()
                                .compared(
                                        device,
                                        entries.get(i),
                                        "dma",
                                        dma,
                                        list.dmaBytes(i),
                                        device.state().streamingMask()));
                entry.put("dma_len", list.dmaBytes(i));
                entry.put("in_pool", inPool);
            }
            if (refused || i >= mapped) {
                // What is left over after entries became one segment has the error as its address.
                entry.put("dma", Values.hex(refused ? 0 : DmaDevice.MAPPING_ERROR));
                entry.put("dma_len", 0L);
                entry.put("in_pool", false);
            }
            out.add(entry);
        }
        if (!refused) {
            device.unmapScatter(list, DIRECTION, DmaAttributes.NONE);
        }
        return Answer.observed()
                .put("mapped", refused ? 0L : (long) mapped)
                .put("bounced", bounced)
                .put("ents", out);
    }
}
