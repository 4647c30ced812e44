package dev.dmaops.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The yardstick: budgets are multiples of one {@code long} read through a {@link MemorySegment}, in the same run. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SegmentReadBenchmark {
    private static final long BYTES = 4096;

    private final MemorySegment segment = Arena.ofAuto().allocate(BYTES, Long.BYTES);
    private long offset;

    /** One read, each time of the next {@code long}. */
    @Benchmark
    public long readLong() {
        offset = (offset + Long.BYTES) & (BYTES - 1);
        return segment.get(ValueLayout.JAVA_LONG, offset);
    }
}
