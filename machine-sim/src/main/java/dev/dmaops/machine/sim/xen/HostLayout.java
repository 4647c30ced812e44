package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The host's memory, and which of it a domain gets at start. */
final class HostLayout {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long FOR_OTHERS = 512 * MIB;
    private static final long BELOW_PC_HOLE = 3 * GIB;
    private static final int LARGE_ORDER = 9;

    private HostLayout() {}

    /** Memory by machine address: as the request says, else what the domain has and 512 MiB for others. */
    static List<MemoryRange> ram(MachineRequest request) {
        if (!request.hostRam().isEmpty()) {
            return request.hostRam();
        }
        if (oneToOne(request)) {
            List<MemoryRange> ranges = new ArrayList<>(request.ram());
            long end = ranges.getLast().last() + 1;
            ranges.add(new MemoryRange((end + GIB - 1) / GIB * GIB, FOR_OTHERS));
            return ranges;
        }
        long bytes = request.ram().stream().mapToLong(MemoryRange::bytes).sum() + FOR_OTHERS;
        return bytes <= BELOW_PC_HOLE
                ? List.of(new MemoryRange(0, bytes))
                : List.of(new MemoryRange(0, BELOW_PC_HOLE), new MemoryRange(4 * GIB, bytes - BELOW_PC_HOLE));
    }

    /** Whether Xen maps the domain's frames to themselves: said so, or dom0 on Arm when nothing is said. */
    static boolean oneToOne(MachineRequest request) {
        var hypervisor = request.hypervisor();
        return hypervisor.kind() == Kind.XEN_ARM
                && hypervisor
                        .directMapped()
                        .orElse(hypervisor.initialDomain()
                                && !hypervisor.notDirectMapped().orElse(false));
    }

    /** Gives a domain exactly the frames that it numbers. */
    static void populateOneToOne(XenHost host, XenDomain domain, OwnRam ram) {
        synchronized (host) {
            for (MemoryRange range : ram.ranges()) {
                long end = (range.last() + 1) >>> BusFrames.SHIFT;
                for (long frame = range.start() >>> BusFrames.SHIFT; frame < end; frame++) {
                    if (!host.take(frame)) {
                        throw new DmaConfigurationException(
                                DmaErrorCode.BAD_MACHINE,
                                "xen",
                                domain + " is mapped 1:1 and needs the machine address 0x"
                                        + Long.toHexString(frame << BusFrames.SHIFT)
                                        + ", which is no free memory of the host: expected the host's memory to contain the"
                                        + " domain's. Add it.");
                    }
                    host.assign(frame, domain, frame);
                    domain.attach(frame, frame);
                }
            }
        }
    }

    /**
     * Gives a domain whatever frames there are: large blocks for three quarters of its memory, then single frames in between, as a
     * host looks that has run for a while.
     */
    static void populateAnywhere(XenHost host, XenDomain domain, OwnRam ram, int addressBits, long seed) {
        Random random = new Random(seed);
        long large = ram.frames() * 3 / 4;
        synchronized (host) {
            for (MemoryRange range : ram.ranges()) {
                long end = (range.last() + 1) >>> BusFrames.SHIFT;
                for (long frame = range.start() >>> BusFrames.SHIFT; frame < end; ) {
                    int order = large > 0 ? Math.min(LARGE_ORDER, 63 - Long.numberOfLeadingZeros(end - frame)) : 0;
                    order = large > 0 && random.nextInt(16) == 0 ? 0 : order;
                    long block = host.allocate(order, addressBits);
                    for (; block == FrameHeap.NO_BLOCK && order > 0; order--) {
                        block = host.allocate(order - 1, addressBits);
                    }
                    if (block == FrameHeap.NO_BLOCK) {
                        throw new DmaConfigurationException(
                                DmaErrorCode.BAD_MACHINE,
                                "xen",
                                domain + " needs " + ram.frames() + " frames below 2^" + addressBits
                                        + " and the host has no more: expected more memory. Give the host more.");
                    }
                    for (long i = 0; i < 1L << order; i++) {
                        host.assign(block + i, domain, frame + i);
                        domain.attach(frame + i, block + i);
                    }
                    frame += 1L << order;
                    large -= 1L << order;
                }
            }
        }
    }
}
