package dev.dmaops.benchmarks;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.Refusals;
import java.util.concurrent.TimeUnit;
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

/**
 * Taking slots and giving them back in a pool of 32768 slots and one area, without the copies. {@code native/slots.c} measures the
 * kernel's algorithm on the same pools.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class SlotSearchBenchmark {
    private static final int SLOTS = 32768;

    /** Share of slots in use. */
    @Param({"0", "50", "90", "97"})
    public int percent;

    /** Slots of the measured mapping. */
    @Param({"1", "2", "16", "64"})
    public int run;

    private SimMachine machine;
    private BouncePool pool;
    private DmaDeviceState device;

    /** Fills the pool. */
    @Setup
    public void open() {
        machine = SimMachine.builder().ram(0, 1L << 30).zones(0xff_ffff, true).open();
        BenchContext context = new BenchContext(machine, new NoMemory(), new OneCpu(), Policy.AS_LINUX);
        pool = context.pool(SLOTS, 1, false);
        device = BenchContext.state();
        new PoolFilling().fill(pool, device, SLOTS, percent);
    }

    /** Closes the machine. */
    @TearDown
    public void close() {
        machine.close();
    }

    /** A mapping and its unmapping, or its refusal. */
    @Benchmark
    public long takeAndGive() {
        long bytes = run * 2048L;
        long at =
                pool.map(device, 0x2_0000_0000L, bytes, 0, DmaDirection.TO_DEVICE, 256, BounceReason.FORCED_BY_CONFIG);
        if (!Refusals.isRefusal(at)) {
            pool.unmap(device, at, bytes, DmaDirection.TO_DEVICE, 0);
        }
        return at;
    }
}
