package dev.dmaops.conformance.xen;

import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ContiguityResult;
import dev.dmaops.spi.ContiguousRegion;
import dev.dmaops.spi.MachineContiguity;
import java.util.List;
import java.util.Optional;

/** Exchanges called for directly: a contiguous region made, looked at, and given back. */
final class ExchangeRows {
    static final RowSchema SCHEMA = RowSchema.ofInputs("seq", "t", "order", "address_bits", "pfn")
            .withResults(
                    "before",
                    "rc",
                    "dma_handle",
                    "after",
                    "after_contiguous",
                    "after_aligned",
                    "zeroed",
                    "after_destroy");

    private static final long ENOMEM = -12;
    private static final int LARGEST_ORDER = 18;

    private final XenState state;
    private final DeviceBytes bytes;

    ExchangeRows(XenState state) {
        this.state = state;
        bytes = new DeviceBytes(state.replay());
    }

    Answer play(Row row) {
        Optional<MachineContiguity> found = state.frames().contiguity();
        if (found.isEmpty()) {
            return Answer.skipped("this domain cannot exchange memory");
        }
        int order = row.count("order");
        if (order > LARGEST_ORDER) {
            throw row.unusable("order", "0 to " + LARGEST_ORDER);
        }
        GuestFrames frames = state.frames();
        long pfn = row.number("pfn");
        long physical = pfn << BusFrames.SHIFT;
        long count = 1L << order;
        frames.become(FrameRun.of(row, "before"));
        Answer.Observed observed = Answer.observed().put("before", frames.runs(pfn, count));
        script(row);
        bytes.put(physical, DeviceBytes.pattern(1, count << BusFrames.SHIFT));
        ContiguityResult result = found.get().create(physical, order, row.count("address_bits"));
        boolean done = result instanceof ContiguousRegion;
        long handle = result instanceof ContiguousRegion region ? region.machineAddress() : frames.bus(physical);
        observed.put("rc", done ? 0L : ENOMEM)
                .put("dma_handle", Values.hex(handle))
                .put("after", frames.runs(pfn, count))
                .put("after_contiguous", !frames.straddles(physical, count << BusFrames.SHIFT))
                .put("after_aligned", (frames.bus(physical) >>> BusFrames.SHIFT) % count == 0)
                .put("zeroed", bytes.isZero(physical, count << BusFrames.SHIFT));
        if (row.has("after_destroy")) {
            frames.answers().exchangeYields(FrameRun.frames(FrameRun.of(row, "after_destroy")));
            found.get().destroy(physical, order);
            observed.put("after_destroy", frames.runs(pfn, count));
        }
        frames.answers().takeAsked();
        frames.answers().forgetExchanges();
        return observed;
    }

    private void script(Row row) {
        List<FrameRun> after = FrameRun.of(row, "after");
        if (row.number("rc") == 0) {
            state.frames().answers().exchangeYields(after.getFirst().bfn());
        } else {
            state.frames().answers().exchangeFails((int) row.number("rc"));
        }
    }
}
