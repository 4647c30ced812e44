package dev.dmaops.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What a benchmark measured, over many short iterations.
 *
 * @param best the best iteration: what the machine does when nobody disturbs it
 * @param median the middle one: how much it was disturbed
 * @param bytes bytes allocated on the Java heap by one operation
 */
record Figure(double best, double median, double bytes) {
    static Figure of(RunResult result) {
        double[] scores = result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
                .sorted()
                .toArray();
        boolean throughput = result.getParams().getMode() == Mode.Throughput;
        Result<?> allocated =
                Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"));
        return new Figure(
                throughput ? Arrays.stream(scores).max().orElseThrow() : scores[0],
                scores[scores.length / 2],
                allocated.getScore());
    }

    /** A number for a table. */
    static String text(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
