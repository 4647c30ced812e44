package dev.dmaops.conformance.xen;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Many mappings at once: a queue of them, and as many as there is room for. They are parts of the buffer synchronised last. */
final class QueueRows {
    static final Map<String, RowSchema> SCHEMAS = Map.of(
            "queue_map",
                    RowSchema.ofInputs("seq", "t", "step", "live", "off", "size", "index_before", "used_before")
                            .withResults("bounced", "error", "dma", "index_after", "used_after", "slot", "slot_off"),
            "queue_unmap",
                    RowSchema.ofInputs("seq", "t", "step", "live", "size")
                            .withResults("dma", "index_after", "used_after", "slot"),
            "queue_end", RowSchema.ofInputs("seq", "t").withResults("area0_used", "area0_index"),
            "exhaust",
                    RowSchema.ofInputs("seq", "t", "size", "used_before", "index_before", "nslabs")
                            .withResults(
                                    "mapped_before_error", "used_full", "index_full", "used_after", "index_after"));

    /** The recorded program gives up after as many mappings. */
    private static final int MOST = 40_000;

    private static final long EXHAUST_OFFSET = 4080;
    private static final DmaDirection DIRECTION = DmaDirection.TO_DEVICE;

    private final XenState state;
    private final Map<Long, Deque<Live>> live = new HashMap<>();

    private record Live(long dma, long bytes) {}

    QueueRows(XenState state) {
        this.state = state;
    }

    Answer play(Row row) {
        Optional<DmaDevice> device = state.device(row);
        if (device.isEmpty()) {
            return state.closed(row);
        }
        return switch (row.kind()) {
            case "queue_map" -> map(device.get(), row);
            case "queue_unmap" -> unmap(device.get(), row);
            case "exhaust" -> exhaust(device.get(), row);
            default -> {
                giveBack(device.get());
                Answer.Observed observed = Answer.observed();
                state.pool()
                        .ifPresent(pool -> observed.put(
                                        "area0_used", (long) pool.area(0).used())
                                .put("area0_index", (long) pool.area(0).index()));
                yield observed;
            }
        };
    }

    private Answer map(DmaDevice device, Row row) {
        Optional<XenState.Buffer> buffer = state.current();
        if (buffer.isEmpty()) {
            return Answer.skipped("no row said which buffer the queue maps");
        }
        XenState.force(device, -1L, 0);
        if (row.number("used_before") == 0) {
            state.startSearchAt(row);
        }
        long dma = device.mapSingle(
                buffer.get().start() + row.number("off"), row.number("size"), DIRECTION, DmaAttributes.NONE);
        Answer.Observed observed = Answer.observed().put("error", dma == DmaDevice.MAPPING_ERROR);
        if (dma == DmaDevice.MAPPING_ERROR) {
            observed.put("bounced", true);
        } else {
            observed.put("bounced", device.bounceReason(dma) != null).put("dma", compared(device, row, dma));
            slot(device, dma, observed);
            if (row.has("dma")) {
                live.computeIfAbsent(row.address("dma"), any -> new ArrayDeque<>())
                        .add(new Live(dma, row.number("size")));
            }
        }
        state.counters(observed, "_after");
        return observed;
    }

    private String compared(DmaDevice device, Row row, long dma) {
        return state.translated()
                .compared(
                        device,
                        row,
                        "dma",
                        dma,
                        row.number("size"),
                        device.state().streamingMask());
    }

    private void slot(DmaDevice device, long dma, Answer.Observed observed) {
        state.pool()
                .ifPresent(pool -> state.inPool(device, dma).ifPresent(physical -> {
                    long offset = physical - pool.start();
                    observed.put("slot", offset >> 11).put("slot_off", offset & 2047);
                }));
    }

    private Answer unmap(DmaDevice device, Row row) {
        long bytes = row.number("size");
        Deque<Live> same = live.getOrDefault(row.address("dma"), new ArrayDeque<>());
        Optional<Live> found =
                same.stream().filter(mapping -> mapping.bytes == bytes).findFirst();
        if (found.isEmpty()) {
            return Answer.skipped("unmap of something that an earlier row did not make here");
        }
        same.remove(found.get());
        long dma = found.get().dma;
        Answer.Observed observed = Answer.observed().put("dma", compared(device, row, dma));
        slot(device, dma, observed);
        device.unmapSingle(dma, bytes, DIRECTION, DmaAttributes.NONE);
        state.counters(observed, "_after");
        return observed;
    }

    /** At its end the recorded program empties the queue. */
    private void giveBack(DmaDevice device) {
        live.values()
                .forEach(same ->
                        same.forEach(left -> device.unmapSingle(left.dma, left.bytes, DIRECTION, DmaAttributes.NONE)));
        live.clear();
    }

    private Answer exhaust(DmaDevice device, Row row) {
        Optional<XenState.Buffer> buffer = state.current();
        if (buffer.isEmpty()) {
            return Answer.skipped("no row said which buffer is mapped until there is no room");
        }
        XenState.force(device, -1L, 0);
        state.startSearchAt(row);
        long size = row.number("size");
        List<Long> mapped = new ArrayList<>();
        while (mapped.size() < MOST) {
            long dma = device.mapSingle(buffer.get().start() + EXHAUST_OFFSET, size, DIRECTION, DmaAttributes.NONE);
            if (dma == DmaDevice.MAPPING_ERROR) {
                break;
            }
            mapped.add(dma);
        }
        Answer.Observed observed = Answer.observed().put("mapped_before_error", (long) mapped.size());
        state.counters(observed, "_full");
        mapped.forEach(dma -> device.unmapSingle(dma, size, DIRECTION, DmaAttributes.NONE));
        state.counters(observed, "_after");
        return observed;
    }
}
