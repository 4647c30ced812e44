package dev.dmaops.integration.vm;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.MapResult;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.Refused;
import dev.dmaops.cli.Main;
import dev.dmaops.example.edu.EduDevice;
import dev.dmaops.machine.linux.LinuxMachine;
import dev.dmaops.machine.linux.LinuxOptions;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An ordinary user: what the command shows one, and what real DMA one can do. */
final class GuestUser {
    /** The script lets this user lock 2 MiB, so a mapping of 4 MiB is too much. */
    private static final int TOO_MUCH_ORDER = 10;

    private GuestUser() {}

    /** The device was bound to vfio-pci, and the group's node given to this user, by root. */
    static void behindIommu(Checks checks) throws Exception {
        ordinary(checks);
        checks.check("host shows devices, groups and limits to an ordinary user", () -> {
            String text = host();
            has(text, "0000:00:05.0  1234:11e8  vfio-pci  dmar0");
            has(text, "bounce pool   not shown to this user");
            has(text, "memlock: this process may lock 2097152 bytes");
            Checks.yes(!text.contains("pagemap-hidden"), "no word of pagemap, which an IOMMU makes irrelevant");
            Checks.yes(!text.contains("no-node"), "no word of the node, which was given to this user");
        });
        checks.check("a driver is not taken away by a user who may not, and nothing stays changed", () -> {
            System.setProperty(LinuxOptions.BIND_PROPERTY, Guest.NVME);
            refused(GuestVfio.CONFIGURATION.replace(Guest.EDU, Guest.NVME), DmaErrorCode.HOST_CALL, "Only root may");
            Checks.equal(
                    Path.of("/sys/bus/pci/devices", Guest.NVME, "driver")
                            .toRealPath()
                            .getFileName()
                            .toString(),
                    "nvme");
        });
        System.setProperty(LinuxOptions.BIND_PROPERTY, "");
        try (DmaPlatform platform = Guest.open(GuestVfio.CONFIGURATION)) {
            DmaDevice dma = platform.device(Guest.EDU);
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
                EduChecks.run(checks, edu, dma);
                GuestVfio.interrupts(checks, edu);
            }
            checks.check("locked memory has a limit with a reason of its own", () -> {
                LinuxMachine machine = platform.part(LinuxMachine.class).orElseThrow();
                long much = machine.pages().allocate(TOO_MUCH_ORDER, Zone.NORMAL);
                Checks.yes(much != PageAllocator.NO_PAGES, "memory");
                MemorySegment segment = machine.memory().segment(much, 4096L << TOO_MUCH_ORDER);
                MapResult result = dma.tryMap(segment, DmaDirection.TO_DEVICE, 0);
                switch (result) {
                    case Mapped mapped -> throw new AssertionError("it was mapped: " + mapped);
                    case Refused refused -> Checks.equal(refused.code(), DmaErrorCode.IOMMU_LOCKED_MEMORY);
                }
                machine.pages().free(much, TOO_MUCH_ORDER);
            });
        }
    }

    /** Without an IOMMU there is nothing for an ordinary user, and the library says so before it touches a device. */
    static void withoutIommu(Checks checks) throws Exception {
        ordinary(checks);
        checks.check("host tells an ordinary user that page frames are hidden", () -> {
            String text = host();
            has(text, "0000:00:05.0  1234:11e8  -       none");
            has(text, "no-iommu: no IOMMU is in use");
            has(text, "pagemap-hidden: /proc/self/pagemap shows frame numbers as 0 to this user");
        });
        checks.check(
                "a frame that the kernel shows as zero is an error and never an address",
                () -> refused(
                        GuestPhysical.CONFIGURATION, DmaErrorCode.HOST_PAGEMAP_HIDDEN, "shows page frame 0 for 0x"));
    }

    private static void ordinary(Checks checks) {
        checks.check("this is an ordinary user", () -> {
            List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
            Checks.yes(status.contains("Uid:\t1000\t1000\t1000\t1000"), "user 1000");
            Checks.yes(status.contains("CapEff:\t0000000000000000"), "no capabilities");
        });
    }

    private static String host() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "host");
        Checks.yes(status == 0, "status 0, found " + status + " " + err);
        return out.toString();
    }

    private static void has(String text, String expected) {
        Checks.yes(text.contains(expected), "\"" + expected + "\" in\n" + text);
    }

    private static void refused(String configuration, DmaErrorCode code, String because) throws IOException {
        try {
            Guest.open(configuration).close();
            throw new AssertionError("it opened");
        } catch (DmaHostException e) {
            Checks.equal(e.code(), code);
            Checks.yes(String.valueOf(e.getMessage()).contains(because), because + ", found " + e.getMessage());
        }
    }
}
