package dev.dmaops.conformance.linux;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.BouncePool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Mapping scatter lists, taking them back, synchronising them. */
final class ScatterOperations {
    private static final RowSchema MAP = RowSchema.ofInputs("op", "id", "dir", "attrs", "n", "in")
            .withResults("ret", "out")
            .ignoring("out[].flags");

    private ScatterOperations() {}

    static void addTo(Map<String, LinuxOperation> all) {
        all.put("sg", LinuxOperation.counted(MAP, (state, row) -> map(state, row, false)));
        all.put("sgt", LinuxOperation.counted(MAP, (state, row) -> map(state, row, true)));
        all.put("unsg", LinuxOperation.counted(LinuxOperation.inputs("id", "attrs"), ScatterOperations::unmap));
        all.put("syncsg", LinuxOperation.counted(LinuxOperation.inputs("id", "for", "dir"), ScatterOperations::sync));
    }

    private static Answer map(LinuxState state, Row row, boolean table) {
        Optional<DmaDevice> device = state.device();
        if (device.isEmpty()) {
            return state.closed();
        }
        DmaDirection direction = LinuxWords.direction(row);
        int attributes = LinuxWords.attributes(row);
        ScatterList list = list(row);
        int segments = device.get().mapScatter(list, direction, attributes);
        Answer.Observed observed = Answer.observed();
        Refused refusal = list.refusal();
        if (refusal == null) {
            state.hold(row.number("id"), new Held.Scatter(device.get(), list, direction, attributes));
            observed.put("ret", table ? 0L : (long) segments).put("out", out(state, device.get(), list));
        } else {
            observed.put("ret", table ? (long) refusal.linuxErrno() : 0L).put("out", List.of());
        }
        return state.withCounters(observed);
    }

    /** The entries: arena, offset in it, length, physical address. */
    private static ScatterList list(Row row) {
        ScatterList list = new ScatterList();
        for (Object item : row.list("in")) {
            if (!(item instanceof List<?> entry)
                    || entry.size() != 4
                    || !(entry.get(2) instanceof Long length)
                    || !(entry.get(3) instanceof String physical)) {
                throw row.unusable("in", "entries of arena, offset, length and physical address");
            }
            Map<String, Object> fields = new LinkedHashMap<>(Map.of("phys", physical, "len", length));
            list.addPhysical(new Row("in", row.place(), "in", fields).address("phys"), length);
        }
        return list;
    }

    private static List<Map<String, Object>> out(LinuxState state, DmaDevice device, ScatterList list) {
        boolean translated = device.choice().iommuDomain().translates();
        Optional<BouncePool> pool = state.pool();
        List<Map<String, Object>> out = new ArrayList<>();
        for (int i = 0; i < list.mappedEntries(); i++) {
            Map<String, Object> segment = new LinkedHashMap<>();
            long physical = state.replay().physical(device, list.dmaAddress(i));
            segment.put("dma", Values.hex(list.dmaAddress(i)));
            segment.put("len", list.dmaBytes(i));
            if (translated) {
                segment.put("pa", Values.hex(physical));
            }
            if (pool.isPresent() && pool.get().contains(physical)) {
                long offset = physical - pool.get().start();
                segment.put("tlb", offset);
                segment.put("slot", offset >> 11);
            }
            out.add(segment);
        }
        return out;
    }

    private static Answer unmap(LinuxState state, Row row) {
        if (!(state.take(row.number("id")) instanceof Held.Scatter scatter)) {
            return LinuxState.lost(row);
        }
        scatter.release((int) row.number("attrs", scatter.attributes()));
        return state.withCounters(Answer.observed());
    }

    private static Answer sync(LinuxState state, Row row) {
        if (!(state.held(row.number("id")) instanceof Held.Scatter scatter)) {
            return LinuxState.lost(row);
        }
        DmaDirection direction = row.has("dir") ? LinuxWords.direction(row) : scatter.direction();
        if (MappingOperations.forCpu(row)) {
            scatter.device().syncScatterForCpu(scatter.list(), direction);
        } else {
            scatter.device().syncScatterForDevice(scatter.list(), direction);
        }
        return state.withCounters(Answer.observed());
    }
}
