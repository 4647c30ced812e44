package dev.dmaops.integration.vm;

import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.example.edu.EduDevice;
import dev.dmaops.machine.linux.LinuxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that is killed while its device writes to memory leaves the device quiet and the machine usable. */
final class GuestKill {
    private GuestKill() {}

    /** Lets the device write without end, until the process is killed. */
    static void hang() throws Exception {
        System.setProperty(LinuxOptions.BIND_PROPERTY, Guest.EDU);
        try (DmaPlatform platform = Guest.open(GuestVfio.CONFIGURATION)) {
            DmaDevice dma = platform.device(Guest.EDU);
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU);
                    CoherentBuffer buffer = dma.allocateCoherent(4096)) {
                long address = buffer.dmaAddress().value();
                edu.writeUnchecked(address, 4095);
                System.out.println("RUNNING");
                while (true) {
                    edu.startWrite(address, 4095);
                    Thread.sleep(1);
                }
            }
        }
    }

    /** After the kill. */
    static void again(Checks checks) throws Exception {
        checks.check("the killed process's device may do no DMA", () -> {
            byte[] configuration = Files.readAllBytes(Path.of("/sys/bus/pci/devices", Guest.EDU, "config"));
            Checks.equal(configuration[4] & 4, 0);
        });
        checks.check("the device is quiet: no fault in a second", () -> {
            long before = faults();
            Thread.sleep(1000);
            Checks.equal(faults(), before);
        });
        System.setProperty(LinuxOptions.BIND_PROPERTY, Guest.EDU);
        try (DmaPlatform platform = Guest.open(GuestVfio.CONFIGURATION);
                EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
            EduChecks.run(checks, edu, platform.device(Guest.EDU));
        }
    }

    private static long faults() throws Exception {
        List<String> log = Guest.kernelLog();
        return log.stream().filter(line -> line.contains("DMAR: [DMA")).count();
    }
}
