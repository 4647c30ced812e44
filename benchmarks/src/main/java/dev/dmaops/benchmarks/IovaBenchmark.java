package dev.dmaops.benchmarks;

import dev.dmaops.api.IommuDomainType;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.IovaLinks;
import dev.dmaops.spi.Policy;
import java.util.Objects;
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

/** Taking IO virtual addresses and giving them back in the steady state: budget 30 ns, 0 B. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class IovaBenchmark {
    private static final int BURST = 200;

    /** Granules of an allocation; more than 32 are not cached. */
    @Param({"1", "16", "64"})
    public int granules;

    private SimMachine machine;
    private IovaLinks links;
    private long bytes;
    private final long[] held = new long[BURST];

    /** A space in which some addresses are in use. */
    @Setup
    public void open() {
        machine = SimMachine.builder().ram(0, 1L << 30).open();
        BenchContext context = new BenchContext(machine, machine.memory(), new OneCpu(), Policy.AS_LINUX);
        links = Objects.requireNonNull(IommuScene.bind(context, BenchContext.state(), IommuDomainType.DMA)
                .iovaLinks());
        bytes = granules * links.granule();
        for (int i = 0; i < 10_000; i++) {
            links.reserve(links.granule() * (1 + i % 7));
        }
    }

    /** Closes the machine. */
    @TearDown
    public void close() {
        machine.close();
    }

    /** One allocation and its release. */
    @Benchmark
    public long pair() {
        long first = links.reserve(bytes);
        links.release(first, bytes);
        return first;
    }

    /** 200 allocations and then their releases: the caches' magazines change. Per burst. */
    @Benchmark
    public long burst() {
        for (int i = 0; i < BURST; i++) {
            held[i] = links.reserve(bytes);
        }
        for (int i = 0; i < BURST; i++) {
            links.release(held[i], bytes);
        }
        return held[0];
    }
}
