package dev.dmaops.integration.vm;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.example.edu.EduDevice;
import dev.dmaops.machine.linux.LinuxMachine;
import dev.dmaops.machine.linux.LinuxOptions;
import dev.dmaops.machine.linux.memory.PinnedMemory;
import dev.dmaops.spi.MemoryRange;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that is killed while its device writes to memory leaves the device quiet and the machine usable. */
final class GuestKill {
    private static final byte CANARY = 0x5a;

    private GuestKill() {}

    /** How the device is reached. */
    enum Way {
        /** VFIO behind an IOMMU: the kernel takes the device back before it frees the memory. */
        TRANSLATED(GuestVfio.CONFIGURATION, true),
        /** VFIO without an IOMMU. */
        NO_IOMMU(GuestPhysical.CONFIGURATION, true),
        /** Files of sysfs. */
        SYSFS(GuestPhysical.CONFIGURATION, false);

        private final String configuration;
        private final boolean bind;

        Way(String configuration, boolean bind) {
            this.configuration = configuration;
            this.bind = bind;
        }

        private DmaPlatform open() throws IOException {
            System.setProperty(LinuxOptions.BIND_PROPERTY, bind ? Guest.EDU : "");
            return Guest.open(configuration);
        }
    }

    /** Lets the device write without end, until the process is killed; says so once it has written and may write. */
    static void hang(Way way) throws Exception {
        try (DmaPlatform platform = way.open()) {
            DmaDevice dma = platform.device(Guest.EDU);
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU);
                    CoherentBuffer buffer = dma.allocateCoherent(4096)) {
                long address = buffer.dmaAddress().value();
                MemorySegment canary = MemorySegment.ofArray(new byte[4096]).fill(CANARY);
                buffer.segment().copyFrom(canary);
                edu.writeUnchecked(address, 4095);
                Checks.yes(buffer.segment().mismatch(canary) != -1, "memory that the device wrote to");
                Checks.equal(busMaster(), true);
                System.out.println("RUNNING");
                while (true) {
                    edu.startWrite(address, 4095);
                    Thread.sleep(1);
                }
            }
        }
    }

    /** After the kill. */
    static void again(Checks checks, Way way) throws Exception {
        checks.check("the killed process's device may do no DMA", () -> Checks.equal(busMaster(), false));
        checks.check("nobody watches any more", () -> Checks.equal(watchers(), 0L));
        if (way == Way.TRANSLATED) {
            checks.check("the device is quiet: no fault in a second", () -> {
                long before = faults();
                Thread.sleep(1000);
                Checks.equal(faults(), before);
            });
        }
        try (DmaPlatform platform = way.open()) {
            if (way != Way.TRANSLATED) {
                checks.check("the device is quiet: nothing of the memory changes in a second", () -> quiet(platform));
            }
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
                EduChecks.run(checks, edu, platform.device(Guest.EDU));
            }
        }
    }

    /** All that the machine has, among it the page that the device wrote to, at the address that it wrote to. */
    private static void quiet(DmaPlatform platform) throws InterruptedException {
        PinnedMemory memory = platform.part(LinuxMachine.class).orElseThrow().memory();
        MemorySegment canary = MemorySegment.ofArray(new byte[1 << 20]).fill(CANARY);
        for (MemoryRange range : memory.ranges()) {
            memory.segment(range.start(), range.bytes()).fill(CANARY);
        }
        Thread.sleep(1000);
        for (MemoryRange range : memory.ranges()) {
            for (long at = range.start(); at <= range.last(); at += canary.byteSize()) {
                Checks.equal(memory.segment(at, canary.byteSize()).mismatch(canary), -1L);
            }
        }
    }

    private static boolean busMaster() throws IOException {
        return (Files.readAllBytes(Path.of("/sys/bus/pci/devices", Guest.EDU, "config"))[4] & 4) != 0;
    }

    private static long watchers() throws IOException {
        long found = 0;
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String words = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                    found += words.contains("dmaops-watch") ? 1 : 0;
                } catch (IOException ended) {
                    // It is gone.
                }
            }
        }
        return found;
    }

    private static long faults() throws Exception {
        List<String> log = Guest.kernelLog();
        return log.stream().filter(line -> line.contains("DMAR: [DMA")).count();
    }
}
