package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import java.util.Arrays;

/**
 * One call of the recorded module, made again.
 *
 * @param schema what its rows hold
 * @param play makes the call
 */
record LinuxOperation(RowSchema schema, Play play) {
    /** Makes one call. */
    @FunctionalInterface
    interface Play {
        Answer play(LinuxState state, Row row);
    }

    private static final String[] COUNTERS = {"used", "hw", "area", "au", "ax"};

    /** A call whose rows also hold the counters of the pool. */
    static LinuxOperation counted(RowSchema schema, Play play) {
        return new LinuxOperation(schema.withResults(COUNTERS), play);
    }

    /** The same where a timer decides which addresses are free: when the last invalidation took place. */
    LinuxOperation timed() {
        return new LinuxOperation(schema.asInputs("dma").ignoring("out[].dma"), play);
    }

    /** Inputs of every row. */
    static RowSchema inputs(String... names) {
        String[] all = Arrays.copyOf(names, names.length + 2);
        all[names.length] = "n";
        all[names.length + 1] = "op";
        return RowSchema.ofInputs(all);
    }
}
