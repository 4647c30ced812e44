package dev.dmaops.benchmarks;

import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.example.nvme.Nvme;
import dev.dmaops.machine.sim.SimDevices;
import dev.dmaops.machine.sim.nvme.NvmeController;
import dev.dmaops.runtime.ConfiguredPlatform;
import dev.dmaops.runtime.configuration.IommuBuilder;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.Zone;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How fast the NVMe driver reads from the simulated controller, beside a plain copy of as many bytes, for each backend. In rounds, of
 * which the fastest quarter is looked at. The plain copy moves the bytes once, from memory as large as the disk to the buffer; the
 * simulated controller moves them twice, through a buffer of its own, and a bounced read three times. Prints a table.
 */
public final class NvmeRounds {
    private static final String DISK = "0000:01:00.0";
    private static final int BLOCK = 512;
    private static final int MIB = 1 << 20;
    private static final int DISK_BYTES = 16 * MIB;
    private static final int ORDER = 7;
    private static final int ROUNDS = 200;
    private static final int WARM_UP = 100;

    private NvmeRounds() {}

    /** A kernel command line and whether an IOMMU stands in front of the disk. */
    private record Way(String name, String line, boolean iommu) {
        private DmaPlatform open() {
            return ConfiguredPlatform.open(PlatformConfiguration.builder(Architecture.X86)
                    .commandLine(line)
                    .memory(256L * MIB)
                    .iommu(iommu ? details -> details.behind("*").hardware(Hardware.INTEL) : IommuBuilder::absent)
                    .device(DISK, device -> device.bus(Bus.PCI).mask(DmaMask.ofBits(64)))
                    .build());
        }
    }

    private static final List<Way> WAYS = List.of(
            new Way("direct", "", false),
            new Way("swiotlb, every buffer bounced", "swiotlb=force", false),
            new Way("iommu, strict", "intel_iommu=on iommu.strict=1", true),
            new Way("iommu, lazy", "intel_iommu=on iommu.strict=0", true));

    /**
     * Measures.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        System.out.println("| backend | bytes a read | read MiB/s | plain copy MiB/s | copy / read |");
        System.out.println("|---|---|---|---|---|");
        for (Way way : WAYS) {
            try (DmaPlatform platform = way.open()) {
                NvmeController controller = new NvmeController(
                        platform.part(SimDevices.class).orElseThrow().engine(DISK), DISK_BYTES / BLOCK);
                try (Nvme disk = new Nvme(platform.device(DISK), controller)) {
                    Machine machine = platform.part(Machine.class).orElseThrow();
                    MemorySegment memory =
                            machine.memory().segment(machine.pages().allocate(ORDER, Zone.NORMAL), 4096L << ORDER);
                    memory.fill((byte) 0x5a);
                    for (long at = 0; at < DISK_BYTES; at += memory.byteSize()) {
                        disk.write(at / BLOCK, memory);
                    }
                    for (int bytes : new int[] {4096, 65536, 524288}) {
                        print(way.name, bytes, disk, memory.asSlice(0, bytes));
                    }
                }
            }
        }
    }

    private static void print(String name, int bytes, Nvme disk, MemorySegment buffer) {
        double read = rate(bytes, from -> disk.read(from / BLOCK, buffer));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(DISK_BYTES).fill((byte) 0x5a);
            double copy = rate(bytes, from -> MemorySegment.copy(source, from, buffer, 0, bytes));
            System.out.printf(Locale.ROOT, "| %s | %d | %.0f | %.0f | %.1f |%n", name, bytes, read, copy, copy / read);
        }
    }

    /** Moves as many bytes from an offset of the disk. */
    @FunctionalInterface
    private interface Move {
        void from(long offset);
    }

    /** One round goes over the whole disk, so that neither side reads what the cache still holds. */
    private static double rate(int bytes, Move move) {
        long[] nanos = new long[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (long at = 0; at < DISK_BYTES; at += bytes) {
                move.from(at);
            }
            if (round >= 0) {
                nanos[round] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        return DISK_BYTES / (double) MIB / (nanos[ROUNDS / 4] / 1e9);
    }
}
