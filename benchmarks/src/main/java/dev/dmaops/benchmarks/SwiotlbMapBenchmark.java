package dev.dmaops.benchmarks;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.Policy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * A bounced mapping towards the device: budget 1.3 x {@link #copy} plus 40 x {@link #readLong}, 0 B. Run also with
 * {@code -p padding=zero} to see what clearing the rest of the slots costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class SwiotlbMapBenchmark {
    private static final int SLOTS = 32768;
    private static final long BUFFERS = 1L << 30;

    /** Bytes of the mapping. */
    @Param({"64", "1500", "4096", "65536", "262144"})
    public int bytes;

    /** Share of the pool's slots in use, in whole mappings. */
    @Param({"0", "50", "90"})
    public int percent;

    /** What happens to the rest of a slot. */
    @Param({"as-linux"})
    public String padding;

    private SimMachine machine;
    private DmaDevice device;
    private MemorySegment all;
    private MemorySegment buffer;
    private long firstFree;
    private long end;
    private long to;
    private long offset;
    private long live;

    /** A pool in use, and a device for which everything bounces. */
    @Setup
    public void open() {
        machine = SimMachine.builder().ram(0, 2L << 30).zones(0xff_ffff, true).open();
        Policy policy = new Policy(false, false, padding.equals("zero"));
        BenchContext context = new BenchContext(machine, machine.memory(), new OneCpu(), policy);
        BouncePool pool = context.pool(SLOTS, 1, true);
        DmaDeviceState state = BenchContext.state();
        device = context.device(state, context.bind("swiotlb", state, pool));
        all = machine.memory().segment(0, 2L << 30);
        buffer = machine.memory().segment(BUFFERS, bytes);
        int largest = bytes == 262144 ? 262144 : 16 * 2048;
        for (long used = 0; used < (long) SLOTS * percent / 100; used += largest / 2048) {
            device.mapSingle(BUFFERS, largest, DmaDirection.TO_DEVICE, 0);
        }
        live = device.mapSingle(buffer, 0, bytes, DmaDirection.BIDIRECTIONAL, 0);
        firstFree = (live + bytes + 2047) & -2048;
        end = pool.start() + pool.bytes();
        to = firstFree;
    }

    /** Closes the machine. */
    @TearDown
    public void close() {
        machine.close();
    }

    /** The copy alone, from slots to slots through the free part of the pool, as the search goes: into as cold memory. */
    @Benchmark
    public long copy() {
        MemorySegment.copy(all, BUFFERS, all, to, bytes);
        to += (bytes + 2047) & -2048;
        if (to + bytes > end) {
            to = firstFree;
        }
        return to;
    }

    /** The yardstick. */
    @Benchmark
    public long readLong() {
        offset = (offset + Long.BYTES) & 63 & (bytes - 1);
        return buffer.get(ValueLayout.JAVA_LONG_UNALIGNED, offset & ~7);
    }

    /** Both synchronisations of a mapping that lives, and so two copies. */
    @Benchmark
    public long syncBothWays() {
        device.syncForCpu(live, bytes, DmaDirection.BIDIRECTIONAL);
        device.syncForDevice(live, bytes, DmaDirection.BIDIRECTIONAL);
        return live;
    }

    /** Map and unmap. */
    @Benchmark
    public long mapUnmap() {
        long dma = device.mapSingle(buffer, 0, bytes, DmaDirection.TO_DEVICE, 0);
        device.unmapSingle(dma, bytes, DmaDirection.TO_DEVICE, 0);
        return dma;
    }
}
