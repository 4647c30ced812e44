package dev.dmaops.integration.vm;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.MapResult;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.Refused;
import dev.dmaops.example.edu.EduDevice;
import dev.dmaops.machine.linux.LinuxOptions;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuUnit;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The IOMMU is on, devices come through VFIO: isolation, limits, and giving back what was taken. */
final class GuestVfio {
    static final String CONFIGURATION = """
            iommu { behind = [ "0000:00:05.0" ] }
            devices { "0000:00:05.0" { bus = pci } }
            """;

    private static final byte CANARY = 0x5a;

    /** How VFIO is reached, and what the kernel shows on that way. */
    enum Way {
        /** A container, an Intel IOMMU. */
        CONTAINER("", true, true),
        /** A container, an AMD IOMMU: QEMU's leaves no lines about faults. */
        AMD("amd", false, true),
        /** An address space of iommufd, which counts no mappings. */
        IOMMUFD("", true, false);

        private final String hardware;
        private final boolean faultsShown;
        private final boolean container;

        Way(String hardware, boolean faultsShown, boolean container) {
            this.hardware = hardware;
            this.faultsShown = faultsShown;
            this.container = container;
        }

        private DmaPlatform open(String configuration) throws IOException {
            return Guest.open(
                    hardware.isEmpty()
                            ? configuration
                            : configuration.replace("iommu {", "iommu { hardware = " + hardware + ","));
        }
    }

    private GuestVfio() {}

    static void run(Checks checks, Way way) throws Exception {
        checks.check("a device without vfio-pci is refused, and nothing is bound", () -> {
            try {
                way.open(CONFIGURATION).close();
                throw new AssertionError("it opened");
            } catch (DmaHostException e) {
                Checks.equal(e.code(), DmaErrorCode.HOST_DEVICE_IN_USE);
                Checks.yes(!Files.exists(driver(Guest.EDU)), "no driver");
            }
        });
        System.setProperty(LinuxOptions.BIND_PROPERTY, Guest.EDU);
        try (DmaPlatform platform = way.open(CONFIGURATION)) {
            DmaDevice dma = platform.device(Guest.EDU);
            checks.check("the backend is iommu", () -> Checks.equal(dma.choice().backend(), "iommu"));
            checks.check(way.container ? "a container is used" : "iommufd is used", () -> {
                List<String> open = Guest.openFiles();
                Checks.equal(open.contains("/dev/vfio/vfio"), way.container);
                Checks.equal(open.contains("/dev/iommu"), !way.container);
            });
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
                EduChecks.run(checks, edu, dma);
                interrupts(checks, edu);
                isolation(checks, edu, dma, way);
                domain(checks, platform);
            }
        }
        checks.check(
                "the device is given back without a driver",
                () -> Checks.yes(!Files.exists(driver(Guest.EDU)), "no driver"));
        if (way.container) {
            limit(checks, way);
        }
        inUse(checks, way);
        GuestNvme.throughVfio(checks, way::open);
    }

    static void interrupts(Checks checks, EduDevice edu) {
        checks.check(
                "interrupts arrive",
                () -> Checks.yes(
                        edu.hasInterrupts() && edu.interruptsOnRequest(Duration.ofSeconds(10)), "an interrupt"));
    }

    private static void isolation(Checks checks, EduDevice edu, DmaDevice dma, Way way) {
        checks.check("IO virtual addresses are within the device's 28 bits", () -> {
            try (CoherentBuffer buffer = dma.allocateCoherent(4096)) {
                Checks.yes(buffer.dmaAddress().value() >>> 28 == 0, "28 bits, found " + buffer.dmaAddress());
            }
        });
        try (CoherentBuffer buffer = dma.allocateCoherent(4096)) {
            MemorySegment memory = buffer.segment();
            checks.check("a write to an address that was unmapped leaves memory untouched", () -> {
                memory.fill(CANARY);
                long stale;
                try (DmaMapping mapping = dma.map(memory, DmaDirection.BIDIRECTIONAL)) {
                    stale = mapping.dmaAddress().value();
                }
                edu.writeUnchecked(stale, 256);
                untouched(memory);
                fault(way, "DMA Write", stale);
            });
            checks.check("a write to memory that was mapped for reading leaves it untouched", () -> {
                memory.fill(CANARY);
                try (DmaMapping mapping = dma.map(memory, DmaDirection.TO_DEVICE)) {
                    edu.writeUnchecked(mapping.dmaAddress().value(), 256);
                    fault(way, "DMA Write", mapping.dmaAddress().value());
                }
                untouched(memory);
            });
            checks.check("a read from an address that was unmapped shows nothing", () -> {
                memory.fill((byte) 0x77);
                long stale;
                try (DmaMapping mapping = dma.map(memory, DmaDirection.TO_DEVICE)) {
                    stale = mapping.dmaAddress().value();
                }
                edu.readUnchecked(stale, 256);
                edu.read(memory.asSlice(0, 256));
                for (int i = 0; i < 256; i++) {
                    Checks.yes(memory.get(ValueLayout.JAVA_BYTE, i) != 0x77, "no secret at " + i);
                }
            });
        }
    }

    private static void untouched(MemorySegment memory) {
        MemorySegment expected =
                MemorySegment.ofArray(new byte[(int) memory.byteSize()]).fill(CANARY);
        Checks.equal(memory.mismatch(expected), -1L);
    }

    private static void fault(Way way, String what, long address) throws Exception {
        if (!way.faultsShown) {
            return;
        }
        String expected = "Request device [00:05.0] fault addr 0x" + Long.toHexString(address);
        Checks.yes(
                Guest.kernelLog().stream().anyMatch(line -> line.contains(what) && line.contains(expected)),
                "a line of the kernel with \"" + what + "\" and \"" + expected + "\"");
    }

    private static void domain(Checks checks, DmaPlatform platform) {
        IommuDomain domain = platform.part(IommuUnit.class).orElseThrow().domain(Guest.EDU);
        checks.check("the domain knows its addresses", () -> {
            Checks.yes((domain.pageSizes() & 4096) != 0, "4 KiB pages");
            Checks.yes(domain.apertureLast() >= 0xffff_ffffL, "32 bits at least");
        });
        DmaDevice dma = platform.device(Guest.EDU);
        try (CoherentBuffer buffer = dma.allocateCoherent(8192)) {
            long physical = buffer.physicalAddress().value();
            checks.check("one address is not mapped twice", () -> {
                Checks.yes(domain.map(0x1000_0000, physical, 4096, IommuDomain.READ), "a mapping");
                Checks.yes(!domain.map(0x1000_0000, physical, 4096, IommuDomain.READ), "a refusal");
                Checks.equal(domain.translate(0x1000_0010), physical + 0x10);
                Checks.equal(domain.unmap(0x1000_0000, 4096), 4096L);
                Checks.equal(domain.translate(0x1000_0000), IommuDomain.NOT_MAPPED);
            });
            checks.check("a part of a mapping is not unmapped, and the mapping stays", () -> {
                Checks.yes(domain.map(0x1000_0000, physical, 8192, IommuDomain.READ), "a mapping");
                try {
                    domain.unmap(0x1000_0000, 4096);
                    throw new AssertionError("it was unmapped");
                } catch (DmaHostException e) {
                    Checks.yes(
                            String.valueOf(e.getMessage())
                                    .contains("unmap of iova=0x10000000 bytes=4096 failed with E"),
                            "call and errno, found " + e.getMessage());
                }
                Checks.equal(domain.translate(0x1000_0000), physical);
                Checks.equal(domain.unmap(0x1000_0000, 8192), 8192L);
            });
            checks.check("addresses of interrupts and beyond the width are refused", () -> {
                Checks.yes(!domain.map(0xfee0_0000L, physical, 4096, IommuDomain.READ), "a refusal");
                Checks.yes(!domain.map(domain.apertureLast() + 1, physical, 4096, IommuDomain.READ), "a refusal");
                Checks.equal(domain.refusal(), DmaErrorCode.IOMMU_MAP_FAILED);
            });
        }
    }

    /** The kernel reads the limit when a container is opened. */
    private static void limit(Checks checks, Way way) {
        checks.check("as many mappings as there may be are refused with a reason of their own", () -> {
            String parameter = "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit";
            Guest.write(parameter, "8");
            try (DmaPlatform platform = way.open(CONFIGURATION)) {
                DmaDevice dma = platform.device(Guest.EDU);
                List<DmaMapping> mappings = new ArrayList<>();
                try (CoherentBuffer buffer = dma.allocateCoherent(4096)) {
                    Refused refused = null;
                    for (int i = 0; i < 10 && refused == null; i++) {
                        MapResult result = dma.tryMap(buffer.segment(), DmaDirection.TO_DEVICE, 0);
                        switch (result) {
                            case Mapped(DmaMapping mapping) -> mappings.add(mapping);
                            case Refused why -> refused = why;
                        }
                    }
                    Checks.yes(refused != null, "a refusal");
                    Checks.equal(Objects.requireNonNull(refused).code(), DmaErrorCode.IOMMU_TOO_MANY_MAPPINGS);
                    mappings.forEach(DmaMapping::close);
                }
            } finally {
                Guest.write(parameter, "65535");
            }
        });
    }

    private static void inUse(Checks checks, Way way) {
        String configuration = CONFIGURATION.replace(Guest.EDU, Guest.NVME);
        checks.check("a device of the kernel's driver is refused", () -> {
            System.setProperty(LinuxOptions.BIND_PROPERTY, "");
            refuses(way, configuration, "driver nvme holds it");
        });
        System.setProperty(LinuxOptions.BIND_PROPERTY, Guest.NVME);
        checks.check("a device with a mounted file system is refused although it may be bound", () -> {
            run("mke2fs", "/dev/nvme0n1");
            // ext4 asks for this one by an alias, which nobody answers here.
            run("modprobe", "crc32c_generic");
            run("modprobe", "ext4");
            Files.createDirectories(Path.of("/tmp/disk"));
            run("mount", "-t", "ext4", "/dev/nvme0n1", "/tmp/disk");
            try {
                refuses(way, configuration, "nvme0n1 on /tmp/disk");
            } finally {
                run("umount", "/tmp/disk");
            }
        });
        checks.check("a device with swap on it is refused although it may be bound", () -> {
            run("mkswap", "/dev/nvme0n1");
            run("swapon", "/dev/nvme0n1");
            try {
                refuses(way, configuration, "nvme0n1 as swap");
            } finally {
                run("swapoff", "/dev/nvme0n1");
            }
        });
        checks.check("a device that may be bound gets its driver back", () -> {
            try (DmaPlatform platform = way.open(configuration)) {
                Checks.equal(name(driver(Guest.NVME)), "vfio-pci");
                Checks.equal(platform.device(Guest.NVME).choice().backend(), "iommu");
            }
            Checks.equal(name(driver(Guest.NVME)), "nvme");
        });
    }

    private static void refuses(Way way, String configuration, String because) throws Exception {
        try {
            way.open(configuration).close();
            throw new AssertionError("it opened");
        } catch (DmaHostException e) {
            Checks.equal(e.code(), DmaErrorCode.HOST_DEVICE_IN_USE);
            Checks.yes(String.valueOf(e.getMessage()).contains(because), because + ", found " + e.getMessage());
            Checks.equal(name(driver(Guest.NVME)), "nvme");
        }
    }

    static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        Checks.yes(process.waitFor() == 0, String.join(" ", command) + " to succeed, found \"" + said + "\"");
    }

    private static Path driver(String id) {
        return Path.of("/sys/bus/pci/devices", id, "driver");
    }

    private static String name(Path link) throws IOException {
        return String.valueOf(Files.readSymbolicLink(link).getFileName());
    }
}
