package dev.dmaops.conformance.xen;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.machine.sim.xen.ReplayedFrames;
import dev.dmaops.spi.BusFrames;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Coherent memory. Rows about exchanges stand in front of the row of the call during which they happened: all of them are played at
 * once, with the frames that Xen handed out as the script, and each row then gets its own part of the answer.
 */
final class AllocRows {
    private static final RowSchema ALLOCATE = RowSchema.ofInputs(
                    "seq", "t", "i", "why", "dev", "size", "order", "coherent_mask", "linear", "pfn")
            .withResults(
                    "set_mask_rc",
                    "ok",
                    "dma",
                    "zeroed",
                    "runs",
                    "straddles",
                    "bus_misaligned",
                    "fits_mask",
                    "xen_remapped");
    private static final RowSchema FREE =
            RowSchema.ofInputs("seq", "t", "i", "why", "size", "pfn").withResults("runs");

    static final Map<String, RowSchema> SCHEMAS = Map.of(
            "alloc", ALLOCATE,
            "alloc_live", ALLOCATE,
            "free", FREE,
            "free_live", FREE,
            "alloc_device_check", RowSchema.ofInputs("seq", "t").withResults("rc", "device_saw_tail"),
            "xchg_create",
                    RowSchema.ofInputs("seq", "t", "why")
                            .withResults("pfn", "order", "address_bits", "rc", "dma_handle", "before", "after"),
            "xchg_destroy", RowSchema.ofInputs("seq", "t", "why").withResults("pfn", "order", "before", "after"));

    private static final long EIO = -5;
    private static final long LOW_32_BITS = 0xffff_ffffL;
    private static final String LAST = "last";

    private final XenState state;
    private final DeviceBytes bytes;
    private final Map<String, Held> held = new HashMap<>();
    private final Deque<Answer> ready = new ArrayDeque<>();

    private record Held(DmaDevice device, CoherentBuffer buffer, long physical, int order) {}

    AllocRows(XenState state) {
        this.state = state;
        bytes = new DeviceBytes(state.replay());
    }

    /**
     * Plays a row.
     *
     * @param group the rows of one call, this one first, the call's own last; this one alone when it has been played with others
     */
    Answer play(List<Row> group) {
        if (ready.isEmpty()) {
            Row call = group.getLast();
            List<Row> exchanges = group.subList(0, group.size() - 1);
            switch (call.kind()) {
                case "alloc", "alloc_live" -> allocate(call, exchanges);
                case "free", "free_live" -> free(call, exchanges);
                default -> ready.add(check());
            }
        }
        return ready.remove();
    }

    // Allocating

    private void allocate(Row row, List<Row> exchanges) {
        Optional<DmaDevice> found = state.device(row);
        if (found.isEmpty()) {
            exchanges.forEach(exchange -> ready.add(state.closed(row)));
            ready.add(state.closed(row));
            return;
        }
        DmaDevice device = found.get();
        Answer.Observed observed = Answer.observed();
        long mask = row.has("coherent_mask") ? row.address("coherent_mask") : LOW_32_BITS;
        observed.put("set_mask_rc", device.setCoherentMask(new DmaMask(mask)) == SetMaskOutcome.OK ? 0L : EIO);
        device.state().coherentMask(mask);
        place(row, exchanges);
        switch (device.tryAllocateCoherent(row.number("size"), DmaAttributes.NONE, flags(row))) {
            case CoherentRefused refused -> observed.put("ok", false);
            case CoherentBuffer buffer -> allocated(row, device, buffer, observed.put("ok", true));
        }
        List<ReplayedFrames.Asked> asked = state.frames().answers().takeAsked();
        observed.put("xen_remapped", asked.stream().anyMatch(exchange -> exchange.error() == 0));
        answerExchanges(exchanges, asked);
        ready.add(observed);
        state.replay().pages().forgetPlaces();
        state.frames().answers().forgetExchanges();
    }

    private static int flags(Row row) {
        return row.has("why") && row.text("why").equals("atomic") ? AllocationFlags.ATOMIC : AllocationFlags.NONE;
    }

    /** Puts the pages where the recorded allocator found them, with the frames that they had, and scripts what Xen gave. */
    private void place(Row row, List<Row> exchanges) {
        if (exchanges.isEmpty()) {
            if (row.has("runs")) {
                List<FrameRun> runs = FrameRun.of(row, "runs");
                state.frames().become(runs);
                state.replay().pages().placeNext(runs.getFirst().pfn() << BusFrames.SHIFT);
            } else if (row.has("pfn") && row.flag("linear")) {
                state.replay().pages().placeNext(row.number("pfn") << BusFrames.SHIFT);
            }
            return;
        }
        Row first = exchanges.getFirst();
        List<FrameRun> before = FrameRun.of(first, "before");
        state.frames().become(before);
        state.replay().pages().placeNext(before.getFirst().pfn() << BusFrames.SHIFT);
        for (Row exchange : exchanges) {
            script(exchange);
        }
    }

    private void script(Row exchange) {
        long rc = exchange.number("rc", 0);
        if (rc != 0) {
            state.frames().answers().exchangeFails((int) rc);
        } else if (exchange.kind().equals("xchg_create")) {
            state.frames()
                    .answers()
                    .exchangeYields(FrameRun.of(exchange, "after").getFirst().bfn());
        } else {
            state.frames().answers().exchangeYields(FrameRun.frames(FrameRun.of(exchange, "after")));
        }
    }

    private void allocated(Row row, DmaDevice device, CoherentBuffer buffer, Answer.Observed observed) {
        long dma = buffer.dmaAddress().value();
        long last = dma + buffer.bytes() - 1;
        observed.put(
                        "dma",
                        state.translated()
                                .compared(
                                        device,
                                        row,
                                        "dma",
                                        dma,
                                        buffer.bytes(),
                                        device.state().coherentMask()))
                .put("zeroed", isZero(buffer.segment()))
                .put("fits_mask", Long.compareUnsigned(last, device.state().coherentMask()) <= 0);
        long physical = buffer.physicalAddress().value();
        int order = order(row.number("size"));
        observed.put("runs", state.frames().runs(physical >>> BusFrames.SHIFT, 1L << order))
                .put("straddles", state.frames().straddles(physical, row.number("size")))
                .put("bus_misaligned", isMisaligned(physical, row.number("size")));
        held.put(key(row), new Held(device, buffer, physical, order));
    }

    private boolean isMisaligned(long physical, long size) {
        return state.frames()
                .tables()
                .map(tables -> tables.losesAlignment(
                        physical, size, state.replay().pages().pageBytes()))
                .orElse(false);
    }

    private static int order(long size) {
        long pages = (size - 1) / BusFrames.BYTES + 1;
        return pages <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(pages - 1);
    }

    private static boolean isZero(MemorySegment memory) {
        for (long i = 0; i < memory.byteSize(); i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String key(Row row) {
        return row.has("i") ? "live " + row.number("i") : LAST;
    }

    private void answerExchanges(List<Row> exchanges, List<ReplayedFrames.Asked> asked) {
        for (int i = 0; i < exchanges.size(); i++) {
            ready.add(i < asked.size() ? answer(exchanges.get(i), asked.get(i)) : Answer.observed());
        }
    }

    private Answer answer(Row row, ReplayedFrames.Asked asked) {
        boolean create = row.kind().equals("xchg_create");
        int order = create ? asked.order() : asked.givenOrder();
        Answer.Observed observed = Answer.observed()
                .put("pfn", asked.guest())
                .put("order", (long) order)
                .put("before", before(asked))
                .put("after", state.frames().runs(asked.guest(), 1L << order));
        return create
                ? observed.put("address_bits", (long) asked.addressBits())
                        .put("rc", (long) asked.error())
                        .put("dma_handle", Values.hex(state.frames().bus(asked.guest() << BusFrames.SHIFT)))
                : observed;
    }

    private static List<Object> before(ReplayedFrames.Asked asked) {
        List<Object> runs = new ArrayList<>();
        List<Long> given = asked.given();
        long each = 1L << asked.givenOrder();
        int first = 0;
        for (int next = 1; next <= given.size(); next++) {
            if (next == given.size() || given.get(next) != given.get(first) + (next - first) * each) {
                runs.add(new FrameRun(asked.guest() + first * each, given.get(first), (next - first) * each).value());
                first = next;
            }
        }
        return runs;
    }

    // Giving back

    private void free(Row row, List<Row> exchanges) {
        Held memory = held.remove(key(row));
        if (memory == null) {
            String cause = "free of something that an earlier row did not make here";
            exchanges.forEach(exchange -> ready.add(Answer.skipped(cause)));
            ready.add(Answer.skipped(cause));
            return;
        }
        exchanges.forEach(this::script);
        memory.buffer.close();
        answerExchanges(exchanges, state.frames().answers().takeAsked());
        ready.add(Answer.observed()
                .put("runs", state.frames().runs(memory.physical >>> BusFrames.SHIFT, 1L << memory.order)));
        state.frames().answers().forgetExchanges();
    }

    // Looking

    private Answer check() {
        Held memory = held.get(LAST);
        if (memory == null) {
            return Answer.skipped("no memory that a device could look at");
        }
        byte[] tail = DeviceBytes.pattern(3, Math.min(16, memory.buffer.bytes()));
        long offset = memory.buffer.bytes() - tail.length;
        MemorySegment.copy(tail, 0, memory.buffer.segment(), ValueLayout.JAVA_BYTE, offset, tail.length);
        return Answer.observed()
                .put("rc", 0L)
                .put(
                        "device_saw_tail",
                        bytes.deviceSees(
                                memory.device, memory.buffer.dmaAddress().value() + offset, tail));
    }

    void close() {
        held.values().forEach(memory -> memory.buffer.close());
        held.clear();
    }
}
