package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.PoolState;
import java.util.List;
import java.util.Map;

/** Calls about the machine: processor, pool geometry, pool contents. */
final class MachineOperations {
    private static final long EINVAL = -22;
    private static final RowSchema HEADER = LinuxOperation.inputs(
                    "kernel",
                    "version",
                    "online_cpus",
                    "possible_cpus",
                    "page_size",
                    "totalram_pages",
                    "pool_start",
                    "tbl_map")
            .withResults("nslabs", "nareas", "area_nslabs", "pool_end", "force_bounce");

    private MachineOperations() {}

    static void addTo(Map<String, LinuxOperation> all) {
        all.put(
                "cpu",
                new LinuxOperation(LinuxOperation.inputs("cpu").withResults("ret", "now"), MachineOperations::cpu));
        all.put("header", LinuxOperation.counted(HEADER, MachineOperations::header));
        all.put(
                "dump",
                new LinuxOperation(LinuxOperation.inputs().withResults("areas", "runs"), MachineOperations::dump));
    }

    private static Answer cpu(LinuxState state, Row row) {
        long number = row.number("cpu");
        boolean there = number >= 0 && number < state.header().onlineCpus();
        if (there) {
            state.cpu((int) number);
        }
        return Answer.observed().put("ret", there ? 0L : EINVAL).put("now", (long) state.cpu());
    }

    private static Answer header(LinuxState state, Row row) {
        if (state.device().isEmpty()) {
            return state.closed();
        }
        Answer.Observed observed = Answer.observed();
        state.pool()
                .ifPresentOrElse(
                        pool -> geometry(observed, pool),
                        () -> observed.put("nslabs", 0L)
                                .put("nareas", 0L)
                                .put("area_nslabs", 0L)
                                .put("pool_end", Values.hex(0))
                                .put("force_bounce", false));
        return state.withCounters(observed);
    }

    private static void geometry(Answer.Observed observed, BouncePool pool) {
        PoolState contents = pool.state();
        observed.put("nslabs", (long) contents.slots())
                .put("nareas", (long) contents.areas().size())
                .put("area_nslabs", (long) contents.areaSlots())
                .put("pool_end", Values.hex(pool.start() + pool.bytes()))
                .put("force_bounce", pool.forced());
    }

    private static Answer dump(LinuxState state, Row row) {
        Answer.Observed observed = Answer.observed();
        state.pool().ifPresent(pool -> {
            PoolState contents = pool.state();
            observed.put(
                    "areas",
                    contents.areas().stream()
                            .map(area -> Map.of("used", (long) area.used(), "index", (long) area.index()))
                            .toList());
            observed.put(
                    "runs",
                    contents.runs().stream()
                            .map(run -> List.of((long) run.start(), (long) run.length(), run.free() ? 1L : 0L))
                            .toList());
        });
        return observed;
    }
}
