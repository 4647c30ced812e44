package dev.dmaops.integration.vm;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.example.edu.EduDevice;
import dev.dmaops.machine.linux.LinuxMachine;
import dev.dmaops.machine.linux.memory.PinnedMemory;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Zone;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** No IOMMU: addresses are physical, and what 28 bits do not reach goes through the pool. */
final class GuestPhysical {
    static final String CONFIGURATION = "devices { \"0000:00:05.0\" { bus = pci, mask = 28bit } }";
    private static final long LIMIT = 1L << 28;

    private GuestPhysical() {}

    static void run(Checks checks) throws Exception {
        try (DmaPlatform platform = Guest.open(CONFIGURATION)) {
            DmaDevice dma = platform.device(Guest.EDU);
            checks.check(
                    "the backend is swiotlb", () -> Checks.equal(dma.choice().backend(), "swiotlb"));
            memory(checks, platform);
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
                EduChecks.run(checks, edu, dma);
                bounces(checks, platform, edu, dma);
                checks.check("no interrupts come through sysfs", () -> Checks.yes(!edu.hasInterrupts(), "none"));
            }
        }
        heldForUserSpace(checks);
        GuestNvme.throughSysfs(checks);
    }

    /** Writing "enable" would answer busy then, so it is left alone. */
    private static void heldForUserSpace(Checks checks) {
        checks.check("a device that uio_pci_generic holds is used as it is, and stays with it", () -> {
            Path device = Path.of("/sys/bus/pci/devices", Guest.EDU);
            GuestVfio.run("modprobe", "uio_pci_generic");
            Guest.write(device + "/driver_override", "uio_pci_generic\n");
            Guest.write("/sys/bus/pci/drivers_probe", Guest.EDU + "\n");
            String before = Files.readString(device.resolve("enable"));
            try (DmaPlatform platform = Guest.open(CONFIGURATION);
                    EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
                EduChecks.roundTrip(edu, MemorySegment.ofArray(new byte[700]), MemorySegment.ofArray(new byte[700]));
            }
            Checks.equal(String.valueOf(device.resolve("driver").toRealPath().getFileName()), "uio_pci_generic");
            Checks.equal(Files.readString(device.resolve("enable")), before);
            Guest.write(device + "/driver/unbind", Guest.EDU + "\n");
            Guest.write(device + "/driver_override", "\n");
        });
    }

    static void memory(Checks checks, DmaPlatform platform) {
        checks.check("memory is known by its physical addresses", () -> {
            PinnedMemory memory =
                    platform.part(LinuxMachine.class).orElseThrow().memory();
            Checks.yes(memory.real(), "real addresses");
            Checks.yes(memory.ranges().getFirst().start() < LIMIT, "memory below 256 MiB");
            Checks.yes(memory.ranges().getLast().last() >= LIMIT, "memory above 256 MiB");
        });
    }

    /** A page that the device cannot reach bounces, and the bytes are right all the same. */
    static void bounces(Checks checks, DmaPlatform platform, EduDevice edu, DmaDevice dma) {
        PageAllocator pages = platform.part(LinuxMachine.class).orElseThrow().pages();
        PinnedMemory memory = platform.part(LinuxMachine.class).orElseThrow().memory();
        long high = pages.allocate(0, Zone.NORMAL);
        try {
            MemorySegment page = memory.segment(high, 4096);
            checks.check("a page above 256 MiB bounces", () -> {
                Checks.yes(high >= LIMIT, "a page above the limit, found 0x" + Long.toHexString(high));
                try (DmaMapping mapping = dma.map(page, DmaDirection.TO_DEVICE)) {
                    Checks.equal(
                            Optional.ofNullable(mapping.bounceReason()), Optional.of(BounceReason.ADDRESS_ABOVE_LIMIT));
                    Checks.yes(mapping.dmaAddress().value() < LIMIT, "an address within 28 bits");
                }
            });
            checks.check(
                    "what bounced is right on both sides",
                    () -> EduChecks.roundTrip(edu, page.asSlice(0, 2000), page.asSlice(2048, 2000)));
        } finally {
            pages.free(high, 0);
        }
        checks.check("a Java array bounces because it is no memory of the machine", () -> {
            MemorySegment array = MemorySegment.ofArray(new byte[100]);
            try (DmaMapping mapping = dma.map(array, DmaDirection.TO_DEVICE)) {
                Checks.equal(Optional.ofNullable(mapping.bounceReason()), Optional.of(BounceReason.NOT_DEVICE_MEMORY));
            }
        });
    }
}
