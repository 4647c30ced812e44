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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Map and unmap in a PV dom0: an own page, a page of another domain, and two pages whose frames are no neighbours. Budget 0 B. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields.
public class PvMapBenchmark {
    private static final int PAGE = 4096;
    private static final long OWN = 32L << 20;

    private DmaPlatform platform;
    private DmaDevice device;
    private long foreign;
    private long straddling;

    /**
     * Opens dom0, maps a page of another domain and looks for pages that are no neighbours.
     *
     * @throws IOException if the temporary folder cannot be written
     */
    @Setup
    public void open() throws IOException {
        Path file = Files.createTempFile("dom0", ".conf");
        try {
            Files.writeString(file, """
                    platform = x86
                    kernel { version = "6.12", config = debian-6.12, cmdline = "swiotlb=512" }
                    hypervisor { kind = xen-pv, domain = dom0 }
                    machine { memory = 64MiB, host-ram = [ { start = 0x0, size = 32MiB }, { start = 0x100000000, size = 96MiB } ] }
                    devices { disk { bus = pci, mask = 64bit } }
                    """);
            platform = DmaPlatform.open(file);
        } finally {
            Files.delete(file);
        }
        device = platform.device("disk");
        XenMachine machine = platform.part(XenMachine.class).orElseThrow();
        XenDomain guest = machine.startDomain(1, 1 << 20, Long.SIZE);
        ForeignPage page = machine.foreign().map(guest.id(), guest.grants().offer(0, 0, false), false);
        foreign = page.physical();
        straddling = OWN;
        while (areNeighbours(machine.domain(), straddling / PAGE)) {
            straddling += PAGE;
        }
    }

    private static boolean areNeighbours(XenDomain domain, long pfn) {
        return domain.machineFrame(pfn + 1) == domain.machineFrame(pfn) + 1;
    }

    /** Closes the platform. */
    @TearDown
    public void close() {
        platform.close();
    }

    /** A page of dom0 itself. */
    @Benchmark
    public long ownPage() {
        return mapUnmap(OWN, PAGE);
    }

    /** A page of the other domain. */
    @Benchmark
    public long foreignPage() {
        return mapUnmap(foreign, PAGE);
    }

    /** Two pages that are no neighbours in the machine: they bounce. */
    @Benchmark
    public long straddlingPages() {
        return mapUnmap(straddling, 2 * PAGE);
    }

    private long mapUnmap(long physical, long bytes) {
        long dma = device.mapSingle(physical, bytes, DmaDirection.TO_DEVICE, 0);
        device.unmapSingle(dma, bytes, DmaDirection.TO_DEVICE, 0);
        return dma;
    }
}
