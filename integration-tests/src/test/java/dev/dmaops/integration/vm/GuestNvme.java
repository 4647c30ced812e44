package dev.dmaops.integration.vm;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DeviceAccess;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.example.nvme.Nvme;
import dev.dmaops.example.nvme.NvmeException;
import dev.dmaops.machine.linux.LinuxOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;

/** The NVMe driver on a controller that QEMU emulates; what it read and wrote is compared with what Linux sees. */
final class GuestNvme {
    static final String CONFIGURATION = "devices { \"0000:00:06.0\" { bus = pci } }\n";
    private static final String BEHIND = "iommu { behind = [ \"0000:00:06.0\" ] }\n";
    private static final int MIB = 1 << 20;
    private static final int CHECKED = 4 * MIB;
    private static final long PLACE = 32L * MIB;
    private static final long SEED = 20261123;

    private GuestNvme() {}

    /** How a platform is opened. */
    @FunctionalInterface
    interface Opening {
        DmaPlatform open(String configuration) throws IOException;
    }

    /** Behind the IOMMU, taken from the kernel's driver and given back to it. */
    static void throughVfio(Checks checks, Opening opening) throws Exception {
        withLinux(checks, () -> opening.open(BEHIND + CONFIGURATION), "iommu");
    }

    /** VFIO without an IOMMU: physical addresses, taken from the kernel's driver and given back to it. */
    static void throughVfioWithoutIommu(Checks checks) throws Exception {
        withLinux(checks, () -> Guest.open(CONFIGURATION), "swiotlb");
    }

    private static void withLinux(Checks checks, Callable<DmaPlatform> opening, String backend) throws Exception {
        GuestVfio.run("mke2fs", "/dev/nvme0n1");
        String before = linuxChecksum(0, CHECKED);
        System.setProperty(LinuxOptions.BIND_PROPERTY, Guest.NVME);
        byte[] written = random(MIB);
        try (DmaPlatform platform = opening.call();
                Nvme disk = start(platform)) {
            checks.check(
                    "the disk's backend is " + backend,
                    () -> Checks.equal(platform.device(Guest.NVME).choice().backend(), backend));
            checks.check("a file system image has the checksum that Linux computed", () -> {
                byte[] image = read(disk, 0, CHECKED);
                Checks.equal(checksum(image), before);
                Checks.equal((image[1080] & 0xff) | (image[1081] & 0xff) << 8, 0xef53);
            });
            common(checks, platform.device(Guest.NVME), disk);
            disk.write(PLACE / disk.blockBytes(), MemorySegment.ofArray(written));
            disk.flush();
            rates(disk, platform.device(Guest.NVME));
        }
        checks.check(
                "Linux reads what the driver wrote", () -> Checks.equal(linuxChecksum(PLACE, MIB), checksum(written)));
    }

    /** No IOMMU: physical addresses. */
    static void throughSysfs(Checks checks) throws Exception {
        try (DmaPlatform platform = Guest.open(CONFIGURATION);
                Nvme disk = start(platform)) {
            checks.check(
                    "the disk's backend is swiotlb",
                    () -> Checks.equal(platform.device(Guest.NVME).choice().backend(), "swiotlb"));
            common(checks, platform.device(Guest.NVME), disk);
            rates(disk, platform.device(Guest.NVME));
        }
    }

    private static void common(Checks checks, DmaDevice dma, Nvme disk) {
        checks.check("the controller says who it is", () -> {
            Checks.equal(disk.model(), "QEMU NVMe Ctrl");
            Checks.equal(disk.blocks() * disk.blockBytes(), 64L * MIB);
        });
        checks.check("a Java array is written and read back", () -> {
            byte[] bytes = random(300 * 1024);
            disk.write(PLACE / disk.blockBytes(), MemorySegment.ofArray(bytes));
            Checks.equal(checksum(read(disk, PLACE / disk.blockBytes(), bytes.length)), checksum(bytes));
        });
        checks.check("one block, two pages and a list of pages arrive", () -> {
            try (CoherentBuffer buffer = dma.allocateCoherent(64 * 1024)) {
                MemorySegment all = buffer.segment();
                for (int bytes : new int[] {512, 4096, 8192, 12288, 65536}) {
                    byte[] pattern = random(bytes);
                    disk.write(PLACE / 512, MemorySegment.ofArray(pattern));
                    all.fill((byte) 0x5a);
                    disk.read(PLACE / 512, all.asSlice(0, bytes));
                    Checks.equal(all.asSlice(0, bytes).mismatch(MemorySegment.ofArray(pattern)), -1L);
                }
            }
        });
        checks.check("a buffer that begins inside of a page is read and written", () -> {
            try (CoherentBuffer buffer = dma.allocateCoherent(128 * 1024)) {
                MemorySegment part = buffer.segment().asSlice(1028, 100 * 1024);
                byte[] pattern = random(100 * 1024);
                MemorySegment.copy(pattern, 0, part, ValueLayout.JAVA_BYTE, 0, pattern.length);
                disk.write(PLACE / 512, part);
                part.fill((byte) 0x5a);
                disk.read(PLACE / 512, part);
                Checks.equal(part.mismatch(MemorySegment.ofArray(pattern)), -1L);
            }
        });
        checks.check("blocks beyond the end are refused", () -> {
            try {
                disk.read(disk.blocks(), MemorySegment.ofArray(new byte[512]));
                throw new AssertionError("they were read");
            } catch (NvmeException e) {
                Checks.yes(e.status() > 0, "a status of the controller, found " + e.status());
            }
        });
    }

    private static Nvme start(DmaPlatform platform) {
        DeviceAccess access = platform.part(DeviceAccess.class).orElseThrow();
        access.reset(Guest.NVME);
        access.busMaster(Guest.NVME, true);
        return new Nvme(platform.device(Guest.NVME), access.registers(Guest.NVME, 0));
    }

    /** Throughput under emulation, beside a plain copy: a ratio, not a performance. The best of some rounds, so both are warm. */
    private static void rates(Nvme disk, DmaDevice dma) {
        int bytes = 512 * 1024;
        try (CoherentBuffer buffer = dma.allocateCoherent(bytes);
                Arena arena = Arena.ofConfined()) {
            MemorySegment other = arena.allocate(bytes);
            long read = best(() -> disk.read(0, buffer.segment()));
            long copied = best(() -> MemorySegment.copy(buffer.segment(), 0, other, 0, bytes));
            System.out.println("RATE " + dma.choice().backend() + " read " + rate(bytes, read) + " MiB/s, copy "
                    + rate(bytes, copied) + " MiB/s");
        }
    }

    /** Nanoseconds of eight calls. */
    private static long best(Runnable call) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 8; i++) {
                call.run();
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    private static long rate(int bytes, long nanos) {
        return Math.round(8.0 * bytes / MIB / (nanos / 1e9));
    }

    private static byte[] read(Nvme disk, long block, int bytes) {
        byte[] into = new byte[bytes];
        disk.read(block, MemorySegment.ofArray(into));
        return into;
    }

    private static byte[] random(int bytes) {
        byte[] data = new byte[bytes];
        new Random(SEED + bytes).nextBytes(data);
        return data;
    }

    private static String checksum(byte[] data) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    private static String linuxChecksum(long from, int bytes) throws IOException {
        String command = "sync; dd if=/dev/nvme0n1 bs=65536 skip=" + from / 65536 + " count=" + bytes / 65536
                + " 2>/dev/null | sha256sum";
        Process process = new ProcessBuilder("sh", "-c", command).start();
        try (var lines = process.inputReader()) {
            return lines.lines().findFirst().orElse("").substring(0, 64);
        }
    }
}
