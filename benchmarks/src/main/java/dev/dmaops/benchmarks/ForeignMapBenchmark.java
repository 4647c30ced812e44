package dev.dmaops.benchmarks;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * Map and unmap of one page in an Arm dom0 that has mapped pages of another domain: one of its own and one of those. Budget with
 * 10,000 of them: 2 x the same with none, 0 B, no lock.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class ForeignMapBenchmark {
    private static final int PAGE = 4096;
    private static final int SPREAD = 1021;
    private static final long OWN = 0x4000_0000L + (32L << 20);

    /** Pages of the other domain that are mapped. */
    @Param({"0", "10000", "1000000"})
    public int pages;

    private DmaPlatform platform;
    private DmaDevice device;
    private long[] foreign;
    private int next;

    /**
     * Opens dom0, starts the other domain and maps its pages.
     *
     * @throws IOException if the temporary folder cannot be written
     */
    @Setup
    public void open() throws IOException {
        long others = 16 + (((long) pages * PAGE) >> 20);
        Path file = Files.createTempFile("dom0", ".conf");
        try {
            Files.writeString(file, """
                    platform = arm64
                    kernel { version = "6.12", config = debian-6.12 }
                    hypervisor { kind = xen, domain = dom0, direct-mapped = yes }
                    machine {
                      ram = [ { start = 0x40000000, size = 64MiB } ]
                      host-ram = [ { start = 0x40000000, size = 64MiB }, { start = 0x100000000, size = %dMiB } ]
                    }
                    devices { disk { bus = platform, coherent = yes, mask = 64bit } }
                    """.formatted(others));
            platform = DmaPlatform.open(file);
        } finally {
            Files.delete(file);
        }
        device = platform.device("disk");
        XenMachine machine = platform.part(XenMachine.class).orElseThrow();
        foreign = new long[Math.clamp(pages, 1, SPREAD)];
        foreign[0] = OWN;
        if (pages > 0) {
            mapForeign(machine, machine.startDomain(1, (long) pages * PAGE, Long.SIZE));
        }
    }

    private void mapForeign(XenMachine machine, XenDomain guest) {
        int stride = Math.max(1, pages / foreign.length);
        for (int i = 0; i < pages; i++) {
            ForeignPage page = machine.foreign().map(guest.id(), guest.grants().offer(0, i, false), false);
            if (i % stride == 0 && i / stride < foreign.length) {
                foreign[i / stride] = page.physical();
            }
        }
    }

    /** Closes the platform. */
    @TearDown
    public void close() {
        platform.close();
    }

    /** A page of dom0 itself. */
    @Benchmark
    public long ownPage() {
        return mapUnmap(OWN);
    }

    /** A page of the other domain, another one every time; one of its own where there is none. */
    @Benchmark
    public long foreignPage() {
        next = next + 1 < foreign.length ? next + 1 : 0;
        return mapUnmap(foreign[next]);
    }

    private long mapUnmap(long physical) {
        long dma = device.mapSingle(physical, PAGE, DmaDirection.TO_DEVICE, 0);
        device.unmapSingle(dma, PAGE, DmaDirection.TO_DEVICE, 0);
        return dma;
    }
}
