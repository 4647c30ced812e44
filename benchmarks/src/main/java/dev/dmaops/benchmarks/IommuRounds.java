package dev.dmaops.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link IovaBenchmark} and {@link IommuMapBenchmark} measure, in rounds of a few hundred microseconds, of which the fastest
 * quarter is looked at: on a machine that does other things too, whole rounds are undisturbed where no second is. Two threads start
 * each round together, and the slower one counts. Bytes on the Java heap are those of one thread in rounds after these. Prints a table.
 */
public final class IommuRounds {
    private static final int ROUNDS = 600;
    private static final int WARM_UP = 200;

    @SuppressWarnings("UnusedVariable") // written so that nothing that is measured can be left out
    private static volatile long sink;

    private IommuRounds() {}

    /**
     * Measures.
     *
     * @param arguments ways to map of which to measure only these: direct, swiotlb, iommu-strict, iommu-lazy; none for everything
     */
    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("| what | one thread, ns | two threads, ns each | speed-up | B/op |");
        System.out.println("|---|---|---|---|---|");
        List<String> only = List.of(arguments);
        for (int granules : only.isEmpty() ? new int[] {1, 16, 64} : new int[0]) {
            IovaBenchmark iova = new IovaBenchmark();
            iova.granules = granules;
            iova.open();
            LongSupplier pair = iova::pair;
            double alone = one(pair, 10_000);
            print("IOVA allocate+free, " + granules + " granules", alone, null, allocated(pair, 10_000));
            iova.close();
        }
        for (String way : only.isEmpty() ? List.of("direct", "swiotlb", "iommu-strict", "iommu-lazy") : only) {
            IommuMapBenchmark map = new IommuMapBenchmark();
            map.way = way;
            map.open();
            int calls = way.equals("swiotlb") ? 2_000 : 10_000;
            double alone = one(worker(map), calls);
            double both = two(worker(map), worker(map), calls);
            print("map+unmap of 4 KiB, " + way, alone, both, allocated(worker(map), calls));
            map.close();
        }
    }

    private static LongSupplier worker(IommuMapBenchmark map) {
        IommuMapBenchmark.Worker worker = new IommuMapBenchmark.Worker();
        return () -> map.oneThread(worker);
    }

    private static void print(String what, double one, @Nullable Double two, double bytes) {
        String both = two == null ? "– | –" : String.format(Locale.ROOT, "%.1f | %.2f", two, 2 * one / two);
        System.out.printf(Locale.ROOT, "| %s | %.1f | %s | %.3f |%n", what, one, both, bytes);
    }

    static double one(LongSupplier call, int calls) {
        long[] nanos = new long[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long taken = round(call, calls);
            if (round >= 0) {
                nanos[round] = taken;
            }
        }
        return quarter(nanos, calls);
    }

    /** Bytes that a call allocates on the Java heap, after {@link #one} has warmed it up. */
    static double allocated(LongSupplier call, int calls) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < WARM_UP; round++) {
            round(call, calls);
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) calls / WARM_UP;
    }

    static double two(LongSupplier first, LongSupplier second, int calls) throws InterruptedException {
        AtomicLongArray nanos = new AtomicLongArray(ROUNDS);
        AtomicInteger gate = new AtomicInteger();
        Thread other = Thread.ofPlatform().start(() -> rounds(second, calls, gate, nanos));
        rounds(first, calls, gate, nanos);
        other.join();
        long[] slower = new long[ROUNDS];
        Arrays.setAll(slower, nanos::get);
        return quarter(slower, calls);
    }

    private static void rounds(LongSupplier call, int calls, AtomicInteger gate, AtomicLongArray nanos) {
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            int both = (round + WARM_UP + 1) * 2;
            gate.incrementAndGet();
            while (gate.get() < both) {
                Thread.onSpinWait();
            }
            long taken = round(call, calls);
            if (round >= 0) {
                nanos.accumulateAndGet(round, taken, Math::max);
            }
        }
    }

    private static long round(LongSupplier call, int calls) {
        long sum = 0;
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            sum += call.getAsLong();
        }
        long taken = System.nanoTime() - start;
        sink = sum;
        return taken;
    }

    private static double quarter(long[] nanos, int calls) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 4] / (double) calls;
    }
}
