package dev.dmaops.benchmarks;

import static dev.dmaops.benchmarks.Figure.text;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures every budget of the bounce pool in one run, Java and C side by side, and prints one table in Markdown.
 *
 * <p>Rounds are short and many, so that other programs on the machine leave some of them alone. Of the search the best JMH iteration
 * counts, for C the best round; of what is compared within this JVM, the fastest quarter.
 */
public final class SwiotlbBudgets {
    private static final List<String> PERCENTS = List.of("0", "50", "90", "97");
    private static final List<String> RUNS = List.of("1", "2", "16", "64");
    private static final double TWO_AREAS = 1.7;
    private static final List<Integer> SIZES = List.of(64, 1500, 4096, 65536, 262144);

    private final Map<String, Figure> figures = new TreeMap<>();
    private final NativeTimes c = new NativeTimes();

    private SwiotlbBudgets() {}

    /**
     * Runs.
     *
     * @param arguments the script that builds, checks and times the C program
     * @throws RunnerException when JMH fails
     * @throws InterruptedException when interrupted
     */
    public static void main(String[] arguments) throws RunnerException, InterruptedException {
        SwiotlbBudgets budgets = new SwiotlbBudgets();
        Path script = Path.of(arguments[0]);
        budgets.c.run(script);
        budgets.measure(options().include("SlotSearchBenchmark"));
        budgets.c.run(script);
        budgets.measure(options()
                .include("SwiotlbMapBenchmark.(mapUnmap|syncBothWays)")
                .param("percent", "0")
                .param("bytes", "64"));
        System.out.print(budgets.table());
    }

    private static ChainedOptionsBuilder options() {
        return new OptionsBuilder()
                .forks(Integer.getInteger("dmaops.forks", 1))
                .warmupIterations(50)
                .warmupTime(TimeValue.milliseconds(10))
                .measurementIterations(60)
                .measurementTime(TimeValue.milliseconds(10))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT);
    }

    private void measure(ChainedOptionsBuilder options) throws RunnerException {
        Collection<RunResult> results = new Runner(options.build()).run();
        System.err.println("measured " + (figures.size() + results.size()) + " figures");
        for (RunResult result : results) {
            StringBuilder key =
                    new StringBuilder(result.getParams().getBenchmark().replaceFirst(".*\\.", ""));
            for (String name : new TreeSet<>(result.getParams().getParamsKeys())) {
                key.append(' ')
                        .append(name)
                        .append('=')
                        .append(result.getParams().getParam(name));
            }
            figures.put(key.toString(), Figure.of(result));
        }
    }

    private Figure figure(String key) {
        Figure found = figures.get(key);
        if (found == null) {
            throw new IllegalStateException("not measured: " + key + "; measured: " + figures.keySet());
        }
        return found;
    }

    private String table() throws InterruptedException {
        StringBuilder text = new StringBuilder();
        search(text);
        maps(text);
        padding(text);
        threads(text);
        double noise = 0;
        double heap = 0;
        for (Figure figure : figures.values()) {
            noise += figure.median() / figure.best() / figures.size();
            heap = Math.max(heap, figure.bytes());
        }
        text.append("\nHeap by JMH: at most ")
                .append(text(heap))
                .append(" B/op in ")
                .append(figures.size())
                .append(" measurements (the smallest object has 16). Noise: the median JMH iteration took ")
                .append(text(noise))
                .append(" times the best, on average.\n");
        return text.toString();
    }

    private void search(StringBuilder text) {
        text.append("| taken % | slots | C ns | Java ns | C / Java | budget | |\n|---|---|---|---|---|---|---|\n");
        for (String percent : PERCENTS) {
            for (String run : RUNS) {
                double java =
                        figure("takeAndGive percent=" + percent + " run=" + run).best();
                double ratio = c.nanos(percent, run) / java;
                double budget = percent.equals("0") ? 3 : percent.equals("90") && run.length() > 1 ? 100 : 1;
                row(
                        text,
                        percent,
                        run,
                        text(c.nanos(percent, run)),
                        text(java),
                        text(ratio),
                        text(budget),
                        met(ratio >= budget));
            }
        }
    }

    private static void maps(StringBuilder text) {
        text.append("\n| bytes | taken % | copy ns | map + unmap ns | limit ns | of limit | | both syncs ns |\n")
                .append("|---|---|---|---|---|---|---|---|\n");
        for (int bytes : SIZES) {
            for (int percent : List.of(0, 50, 90)) {
                SwiotlbMapBenchmark benchmark = map(bytes, percent, "as-linux");
                double copy = IommuRounds.one(benchmark::copy, calls(bytes));
                double map = IommuRounds.one(benchmark::mapUnmap, calls(bytes));
                double limit = 1.3 * copy + 40 * IommuRounds.one(benchmark::readLong, 10_000);
                double sync = IommuRounds.one(benchmark::syncBothWays, calls(bytes));
                benchmark.close();
                row(
                        text,
                        Integer.toString(bytes),
                        Integer.toString(percent),
                        text(copy),
                        text(map),
                        text(limit),
                        text(map / limit),
                        met(map <= limit),
                        text(sync));
            }
        }
    }

    private static void padding(StringBuilder text) {
        text.append("\n| bytes | slot-padding as-linux ns | zero ns | costs |\n|---|---|---|---|\n");
        for (int bytes : SIZES) {
            double kept = padded(bytes, "as-linux");
            double zero = padded(bytes, "zero");
            row(text, Integer.toString(bytes), text(kept), text(zero), text(zero / kept) + " x");
        }
    }

    private static double padded(int bytes, String padding) {
        SwiotlbMapBenchmark benchmark = map(bytes, 90, padding);
        double nanos = IommuRounds.one(benchmark::mapUnmap, calls(bytes));
        benchmark.close();
        return nanos;
    }

    private static SwiotlbMapBenchmark map(int bytes, int percent, String padding) {
        SwiotlbMapBenchmark benchmark = new SwiotlbMapBenchmark();
        benchmark.bytes = bytes;
        benchmark.percent = percent;
        benchmark.padding = padding;
        benchmark.open();
        return benchmark;
    }

    /** So many that a round takes some hundred microseconds. */
    private static int calls(int bytes) {
        return Math.max(10, 4_000_000 / (2000 + bytes));
    }

    private void threads(StringBuilder text) throws InterruptedException {
        text.append(
                        "\n| slots | bytes copied | areas | one thread ns | two threads ns each | times one thread | copies alone | ")
                .append("C times one thread | budget | |\n|---|---|---|---|---|---|---|---|---|---|\n");
        for (int slots : List.of(512, 32768)) {
            for (int bytes : List.of(0, 64, 4096)) {
                for (int areas : List.of(1, 2)) {
                    threads(text, slots, bytes, areas);
                }
            }
        }
    }

    private void threads(StringBuilder text, int slots, int bytes, int areas) throws InterruptedException {
        AreaThreadsBenchmark benchmark = new AreaThreadsBenchmark();
        benchmark.slots = slots;
        benchmark.areas = areas;
        benchmark.copies = bytes > 0;
        benchmark.bytes = benchmark.copies ? bytes : 64;
        benchmark.open();
        int calls = calls(bytes);
        double copies = 0;
        if (benchmark.copies) {
            double alone = IommuRounds.one(copier(benchmark), calls);
            copies = 2 * alone / IommuRounds.two(copier(benchmark), copier(benchmark), calls);
        }
        double one = IommuRounds.one(worker(benchmark), calls);
        double two = IommuRounds.two(worker(benchmark), worker(benchmark), calls);
        benchmark.close();
        double ratio = 2 * one / two;
        boolean beside = bytes == 0 && slots == 32768;
        row(
                text,
                Integer.toString(slots),
                Integer.toString(bytes),
                Integer.toString(areas),
                text(one),
                text(two),
                text(ratio),
                benchmark.copies ? text(copies) : "",
                beside ? text(c.timesOneThread(areas)) : "",
                areas == 2 ? text(TWO_AREAS) : "none",
                areas == 2 ? met(ratio, copies) : "");
    }

    private static LongSupplier worker(AreaThreadsBenchmark benchmark) {
        AreaThreadsBenchmark.Worker worker = new AreaThreadsBenchmark.Worker();
        return () -> benchmark.oneThread(worker);
    }

    private static LongSupplier copier(AreaThreadsBenchmark benchmark) {
        AreaThreadsBenchmark.Worker worker = new AreaThreadsBenchmark.Worker();
        return () -> benchmark.oneThreadCopies(worker);
    }

    /** Where copies alone do not reach the budget, no pool can. */
    private static String met(double ratio, double copiesAlone) {
        return ratio < TWO_AREAS && copiesAlone > 0 && copiesAlone < TWO_AREAS
                ? "memory does not reach it"
                : met(ratio >= TWO_AREAS);
    }

    private static String met(boolean met) {
        return met ? "met" : "MISSED";
    }

    private static void row(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
