package dev.dmaops.benchmarks;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.PhysicalMemory;
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

    /** Slots of the pool: 512 fit into the caches of two processors, 32768 are as many as Linux takes by default. */
    @Param({"512", "32768"})
    public int slots;

    /** Bytes of a mapping; its copy is made. */
    @Param({"64", "4096"})
    public int bytes;

    /** Whether bytes are copied at all. */
    @Param({"true"})
    public boolean copies;

    private SimMachine machine;
    private PhysicalMemory memory;
    private BouncePool pool;

    /** An empty pool. */
    @Setup
    public void open() {
        machine = SimMachine.builder().ram(0, 2L << 30).zones(0xff_ffff, true).open();
        memory = copies ? machine.memory() : new NoMemory();
        pool = new BenchContext(machine, memory, new ThreadCpus(), Policy.AS_LINUX).pool(slots, areas, false);
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

    /** One thread's copies alone, through its half of the pool as the search goes: what the machine's memory can do. */
    @Benchmark
    @Threads(1)
    public long oneThreadCopies(Worker worker) {
        return worker.copy(memory, pool, bytes);
    }

    /** The same by two threads. */
    @Benchmark
    @Threads(2)
    public long twoThreadsCopy(Worker worker) {
        return worker.copy(memory, pool, bytes);
    }

    /** A thread with a device and a buffer of its own. */
    @State(Scope.Thread)
    public static class Worker {
        private static final AtomicInteger COUNT = new AtomicInteger();
        private static final int COPIED = 16;

        private final int number = COUNT.getAndIncrement();
        private final DmaDeviceState device = BenchContext.state();
        private final long buffer = (1L << 30) + ((long) number << 20);
        /** Where the next copy goes, at {@link #COPIED}: with unused numbers around it, because another worker may lie beside this one. */
        private final long[] places = new long[2 * COPIED];

        long copy(PhysicalMemory memory, BouncePool pool, int bytes) {
            long half = pool.bytes() / 2;
            long at = places[COPIED];
            memory.copy(buffer, pool.start() + (number & 1) * half + at, bytes);
            places[COPIED] = (at + bytes + 2047 & -2048) % half;
            return at;
        }

        long mapUnmap(BouncePool pool, int bytes) {
            long at = pool.map(device, buffer, bytes, 0, DmaDirection.TO_DEVICE, 0, BounceReason.FORCED_BY_CONFIG);
            pool.unmap(device, at, bytes, DmaDirection.TO_DEVICE, 0);
            return at;
        }
    }
}
