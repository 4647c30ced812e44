package dev.dmaops.benchmarks;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.Policy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * Threads on one pool: two threads on two areas are to do at least 1.7 times what one does. Throughput is that of all threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class AreaThreadsBenchmark {
    /** Areas of the pool. */
    @Param({"1", "2"})
    public int areas;

    /** Bytes of a mapping; its copy is made. */
    @Param({"64", "4096"})
    public int bytes;

    private SimMachine machine;
    private BouncePool pool;

    /** An empty pool. */
    @Setup
    public void open() {
        machine = SimMachine.builder().ram(0, 2L << 30).zones(0xff_ffff, true).open();
        BenchContext context = new BenchContext(machine, machine.memory(), new ThreadCpus(), Policy.AS_LINUX);
        pool = context.pool(32768, areas, false);
    }

    /** Closes the machine. */
    @TearDown
    public void close() {
        machine.close();
    }

    /** One thread. */
    @Benchmark
    @Threads(1)
    public long oneThread(Worker worker) {
        return worker.mapUnmap(pool, bytes);
    }

    /** Two threads. */
    @Benchmark
    @Threads(2)
    public long twoThreads(Worker worker) {
        return worker.mapUnmap(pool, bytes);
    }

    /** A thread with a device and a buffer of its own. */
    @State(Scope.Thread)
    public static class Worker {
        private static final AtomicInteger COUNT = new AtomicInteger();

        private final DmaDeviceState device = BenchContext.state();
        private final long buffer = (1L << 30) + ((long) COUNT.getAndIncrement() << 20);

        long mapUnmap(BouncePool pool, int bytes) {
            long at = pool.map(device, buffer, bytes, 0, DmaDirection.TO_DEVICE, 0, BounceReason.FORCED_BY_CONFIG);
            pool.unmap(device, at, bytes, DmaDirection.TO_DEVICE, 0);
            return at;
        }
    }
}
