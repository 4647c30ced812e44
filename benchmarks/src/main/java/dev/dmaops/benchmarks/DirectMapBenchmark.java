package dev.dmaops.benchmarks;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Mapping what the device reaches: budget 5 x {@link #readLong} for map and unmap together, 0 B, also when the same code serves five
 * types of backends.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class DirectMapBenchmark {
    private static final long BUFFERS = 512L << 20;
    private static final int WARMING = 20_000;

    /** Types of operations that have gone through the measured calls: 1 or 5. */
    @Param({"1", "5"})
    public int types;

    private SimMachine machine;
    private DmaDevice device;
    private List<DmaDevice> others;
    private MemorySegment buffer;
    private long offset;

    /** A device with a window over the machine's low memory, a pool behind it. */
    @Setup
    public void open() {
        machine = SimMachine.builder().ram(0, 2L << 30).zones(0xff_ffff, true).open();
        BenchContext context = BenchContext.of(machine);
        BouncePool pool = context.pool(4096, 1, false);
        DmaDeviceState state = BenchContext.state();
        device = context.device(state, context.bind("swiotlb", state, pool));
        buffer = machine.memory().segment(BUFFERS, 1 << 20);
        DmaDeviceState plain = BenchContext.state();
        others = List.of(
                context.device(plain, context.bind("direct", plain, null)),
                context.device(BenchContext.state(), new OtherOps()),
                context.device(BenchContext.state(), new OtherOps.Second()),
                context.device(BenchContext.state(), new OtherOps.Third()),
                context.device(BenchContext.state(), new OtherOps.Fourth()));
    }

    /** Lets the other types through the same calls. */
    @Setup(Level.Iteration)
    public void pollute() {
        for (int i = 0; types > 1 && i < WARMING; i++) {
            for (DmaDevice other : others) {
                single(other, i & 0xffff);
                object(other);
            }
        }
    }

    /** Closes the machine. */
    @TearDown
    public void close() {
        machine.close();
    }

    /** The yardstick: one read of a {@code long}. */
    @Benchmark
    public long readLong() {
        offset = (offset + Long.BYTES) & 0xffff;
        return buffer.get(ValueLayout.JAVA_LONG, offset);
    }

    /** Map and unmap by primitive calls. */
    @Benchmark
    public long mapSingleUnmap() {
        offset = (offset + Long.BYTES) & 0xffff;
        return single(device, offset);
    }

    /** Map and unmap by address. */
    @Benchmark
    public long mapPhysicalUnmap() {
        offset = (offset + Long.BYTES) & 0xffff;
        long dma = device.mapSingle(BUFFERS + offset, 1024, DmaDirection.TO_DEVICE, 0);
        device.unmapSingle(dma, 1024, DmaDirection.TO_DEVICE, 0);
        return dma;
    }

    /** Map and unmap by object. */
    @Benchmark
    public long mapClose() {
        return object(device);
    }

    private long single(DmaDevice target, long at) {
        long dma = target.mapSingle(buffer, at, 1024, DmaDirection.TO_DEVICE, 0);
        target.unmapSingle(dma, 1024, DmaDirection.TO_DEVICE, 0);
        return dma;
    }

    private long object(DmaDevice target) {
        try (DmaMapping mapping = target.map(buffer, DmaDirection.TO_DEVICE)) {
            return mapping.dmaAddress().value();
        }
    }
}
