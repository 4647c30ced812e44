package dev.dmaops.benchmarks;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
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
 * Map and unmap of one page: directly, through the bounce pool, behind an IOMMU strictly and lazily. Two threads are to do at least
 * 1.7 times what one does. Throughput is that of all threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class IommuMapBenchmark {
    private static final int PAGE = 4096;

    /** How memory is made reachable. */
    @Param({"direct", "swiotlb", "iommu-strict", "iommu-lazy"})
    public String way;

    private SimMachine machine;
    private DmaDevice device;

    /** A machine with one device. */
    @Setup
    public void open() {
        machine = SimMachine.builder().ram(0, 2L << 30).zones(0xff_ffff, true).open();
        BenchContext context = new BenchContext(machine, machine.memory(), new ThreadCpus(), Policy.AS_LINUX);
        DmaDeviceState state = BenchContext.state();
        DmaOps ops = switch (way) {
            case "direct" -> context.bind("direct", state, null);
            case "swiotlb" -> {
                BouncePool pool = context.pool(32768, 2, true);
                yield context.bind("swiotlb", state, pool);
            }
            case "iommu-strict" -> IommuScene.bind(context, state, IommuDomainType.DMA);
            default -> IommuScene.bind(context, state, IommuDomainType.DMA_FQ);
        };
        device = context.device(state, ops);
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
        return worker.mapUnmap(device);
    }

    /** Two threads. */
    @Benchmark
    @Threads(2)
    public long twoThreads(Worker worker) {
        return worker.mapUnmap(device);
    }

    /** A thread with a buffer of its own. */
    @State(Scope.Thread)
    public static class Worker {
        private static final AtomicInteger COUNT = new AtomicInteger();

        private final long buffer = (1L << 30) + ((long) COUNT.getAndIncrement() << 20);

        long mapUnmap(DmaDevice device) {
            long dma = device.mapSingle(buffer, PAGE, DmaDirection.TO_DEVICE, 0);
            device.unmapSingle(dma, PAGE, DmaDirection.TO_DEVICE, 0);
            return dma;
        }
    }
}
