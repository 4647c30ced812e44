package dev.dmaops.integration.xen;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.XenDomain;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mapping, synchronising and unmapping under Xen makes no garbage: own pages, pages of others, and what bounces. */
class NothingAllocatedTest {
    private static final int TIMES = 20_000;
    private static final long PAGE = 4096;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void onArm() {
        String devices = """
                devices {
                  wide { bus = platform, coherent = yes, mask = 64bit }
                  narrow { bus = platform, coherent = yes, mask = 32bit }
                  unsnooped { bus = platform, coherent = no, mask = 64bit }
                }
                """;
        try (Dom0 dom0 = Dom0.open(folder, Dom0.ARM, devices)) {
            ForeignPage high = dom0.map(dom0.guest(1, 64), 0);
            ForeignPage low = dom0.map(dom0.guest(2, 32), 0);

            // Cache maintenance of pages of others is a call into the simulated Xen, which looks in maps and is not
            // measured here.
            assertNothingAllocated(dom0.device("unsnooped"), 0x4000_0000L, PAGE);
            for (String id : new String[] {"wide", "narrow"}) {
                assertNothingAllocated(dom0.device(id), 0x4000_0000L, PAGE);
                assertNothingAllocated(dom0.device(id), low.physical(), PAGE);
                assertNothingAllocated(dom0.device(id), high.physical(), PAGE);
            }
        }
    }

    @Test
    void onX86() {
        String devices = "devices { wide { bus = pci, mask = 64bit }, narrow { bus = pci, mask = 32bit } }";
        try (Dom0 dom0 = Dom0.open(folder, Dom0.PV, devices)) {
            ForeignPage foreign = dom0.map(dom0.guest(1, 64), 0);
            XenDomain own = dom0.machine.domain();
            long pfn = 0x200;
            while (own.machineFrame(pfn + 1) == own.machineFrame(pfn) + 1) {
                pfn++;
            }
            long straddling = pfn * PAGE;

            for (String id : new String[] {"wide", "narrow"}) {
                assertNothingAllocated(dom0.device(id), 0x20_0000L, PAGE);
                assertNothingAllocated(dom0.device(id), foreign.physical(), PAGE);
                assertNothingAllocated(dom0.device(id), straddling, 2 * PAGE);
            }
        }
    }

    private static void assertNothingAllocated(DmaDevice device, long physical, long bytes) {
        drive(device, physical, bytes);
        long thread = Thread.currentThread().threadId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        drive(device, physical, bytes);
        long allocated = THREADS.getThreadAllocatedBytes(thread) - before;

        assertThat(allocated / TIMES)
                .as("%s physical=0x%x: %d bytes in %d maps", device.id(), physical, allocated, TIMES)
                .isZero();
    }

    private static void drive(DmaDevice device, long physical, long bytes) {
        for (int i = 0; i < TIMES; i++) {
            long dma = device.mapSingle(physical, bytes, DmaDirection.BIDIRECTIONAL, 0);
            device.syncForCpu(dma, bytes, DmaDirection.BIDIRECTIONAL);
            device.syncForDevice(dma, bytes, DmaDirection.BIDIRECTIONAL);
            device.unmapSingle(dma, bytes, DmaDirection.BIDIRECTIONAL, 0);
        }
    }
}
