package dev.dmaops.conformance.linux;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** Calls that select a device or change its limits. */
final class DeviceOperations {
    private static final long EIO = -5;

    private DeviceOperations() {}

    static void addTo(Map<String, LinuxOperation> all) {
        RowSchema device = LinuxOperation.inputs("dev", "name");
        all.put("newdev", new LinuxOperation(device, DeviceOperations::select));
        all.put("dev", new LinuxOperation(device, DeviceOperations::select));
        all.put("pcidev", new LinuxOperation(device, DeviceOperations::select));
        all.put("mask", answering("mask", (on, row) -> on.setStreamingMask(new DmaMask(row.address("mask")))));
        all.put("cmask", answering("mask", (on, row) -> on.setCoherentMask(new DmaMask(row.address("mask")))));
        all.put(
                "minalign",
                changing("mask", (on, row) -> constrain(on, on.constraints().withMinAlignMask(row.address("mask")))));
        all.put(
                "segb",
                changing(
                        "mask",
                        (on, row) -> constrain(on, on.constraints().withSegmentBoundaryMask(row.address("mask")))));
        all.put(
                "maxseg",
                changing("size", (on, row) -> constrain(on, on.constraints().withMaxSegmentBytes(row.number("size")))));
        all.put("buslimit", changing("limit", (on, row) -> on.state().busLimit(row.address("limit"))));
        all.put("untrusted", changing("v", (on, row) -> on.state().untrusted(row.number("v") != 0)));
        all.put("nomask", changing("v", (on, row) -> on.state().withoutStreamingMask()));
        all.put("query", LinuxOperation.counted(DeviceQuery.SCHEMA, DeviceQuery::play));
    }

    private static Answer select(LinuxState state, Row row) {
        state.select(row.number("dev"));
        return Answer.NOT_ASKED;
    }

    private static void constrain(DmaDevice device, DmaConstraints constraints) {
        device.setConstraints(constraints);
    }

    private static LinuxOperation changing(String input, BiConsumer<DmaDevice, Row> change) {
        return new LinuxOperation(LinuxOperation.inputs(input), (state, row) -> {
            state.device().ifPresent(device -> {
                change.accept(device, row);
                device.refreshWindow();
            });
            return Answer.NOT_ASKED;
        });
    }

    private static LinuxOperation answering(String input, BiFunction<DmaDevice, Row, SetMaskOutcome> call) {
        return new LinuxOperation(
                LinuxOperation.inputs(input).withResults("ret"),
                (state, row) -> state.device()
                        .map(device -> (Answer)
                                Answer.observed().put("ret", call.apply(device, row) == SetMaskOutcome.OK ? 0L : EIO))
                        .orElseGet(state::closed));
    }
}
