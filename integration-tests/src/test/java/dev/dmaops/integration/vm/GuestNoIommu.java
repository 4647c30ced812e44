package dev.dmaops.integration.vm;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.example.edu.EduDevice;
import dev.dmaops.machine.linux.LinuxOptions;
import dev.dmaops.machine.linux.topology.HostFiles;
import dev.dmaops.machine.linux.topology.HostTopology;
import dev.dmaops.machine.linux.topology.IommuState;
import dev.dmaops.machine.linux.topology.PciDevice;
import java.nio.file.Files;
import java.nio.file.Path;

/** VFIO's mode without an IOMMU: its groups are groups in name only, addresses are physical, interrupts come all the same. */
final class GuestNoIommu {
    private static final String MODE = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";
    private static final Path FOLDER = Path.of("/sys/bus/pci/devices", Guest.EDU);

    private GuestNoIommu() {}

    static void run(Checks checks) throws Exception {
        System.setProperty(LinuxOptions.BIND_PROPERTY, Guest.EDU);
        checks.check("while the mode is off nothing binds, the cure is named, and nothing stays changed", () -> {
            Checks.equal(Files.readString(Path.of(MODE)).strip(), "N");
            try {
                Guest.open(GuestPhysical.CONFIGURATION).close();
                throw new AssertionError("it opened");
            } catch (DmaHostException e) {
                Checks.equal(e.code(), DmaErrorCode.HOST_DEVICE_IN_USE);
                Checks.yes(
                        String.valueOf(e.getMessage()).contains("CONFIG_VFIO_NOIOMMU"),
                        "a cure, found " + e.getMessage());
            }
            Checks.yes(!Files.exists(FOLDER.resolve("driver")), "no driver");
            Checks.equal(Files.readString(FOLDER.resolve("driver_override")).strip(), "(null)");
        });
        Guest.write(MODE, "1");
        try (DmaPlatform platform = Guest.open(GuestPhysical.CONFIGURATION)) {
            DmaDevice dma = platform.device(Guest.EDU);
            checks.check("VFIO's group without an IOMMU is used", () -> {
                Checks.yes(
                        Guest.openFiles().stream().anyMatch(name -> name.startsWith("/dev/vfio/noiommu-")), "its node");
                Checks.equal(dma.choice().backend(), "swiotlb");
            });
            checks.check("a group in name only is no IOMMU", () -> {
                PciDevice device = HostTopology.read(new HostFiles(Path.of("/")))
                        .device(Guest.EDU)
                        .orElseThrow();
                Checks.yes(Files.exists(FOLDER.resolve("iommu_group")), "a link to a group");
                Checks.equal(device.iommu().state(), IommuState.ABSENT);
                Checks.equal(device.iommu().groupType(), "unknown");
            });
            GuestPhysical.memory(checks, platform);
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
                EduChecks.run(checks, edu, dma);
                GuestPhysical.bounces(checks, platform, edu, dma);
                GuestVfio.interrupts(checks, edu);
            }
        }
        checks.check(
                "the device is given back without a driver",
                () -> Checks.yes(!Files.exists(FOLDER.resolve("driver")), "no driver"));
        GuestNvme.throughVfioWithoutIommu(checks);
    }
}
