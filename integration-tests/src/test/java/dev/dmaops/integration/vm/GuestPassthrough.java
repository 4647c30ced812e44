package dev.dmaops.integration.vm;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.example.edu.EduDevice;
import dev.dmaops.machine.linux.LinuxOptions;
import java.lang.foreign.MemorySegment;

/** The kernel's own DMA is physical (iommu=pt) and the IOMMU does not filter interrupts. */
final class GuestPassthrough {
    private static final String UNSAFE = "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts";

    private GuestPassthrough() {}

    static void run(Checks checks) throws Exception {
        System.setProperty(LinuxOptions.BIND_PROPERTY, Guest.EDU);
        checks.check("an IOMMU that does not filter interrupts needs consent", () -> {
            try {
                Guest.open(GuestVfio.CONFIGURATION).close();
                throw new AssertionError("it opened");
            } catch (DmaHostException e) {
                Checks.equal(e.errno(), 1);
                Checks.yes(
                        String.valueOf(e.getMessage()).contains("VFIO_SET_IOMMU failed with EPERM (1)"),
                        "call and errno, found " + e.getMessage());
            }
        });
        Guest.write(UNSAFE, "1");
        try (DmaPlatform platform = Guest.open(GuestVfio.CONFIGURATION)) {
            DmaDevice dma = platform.device(Guest.EDU);
            checks.check("the domain is identity, addresses are physical", () -> {
                Checks.equal(dma.choice().iommuDomain().text(), "identity");
                Checks.equal(dma.choice().backend(), "swiotlb");
            });
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
                EduChecks.run(checks, edu, dma);
                GuestPhysical.bounces(checks, platform, edu, dma);
            }
        }
        String translated = GuestVfio.CONFIGURATION.replace("bus = pci", "bus = pci, backend = iommu");
        try (DmaPlatform platform = Guest.open(translated)) {
            DmaDevice dma = platform.device(Guest.EDU);
            checks.check(
                    "VFIO translates all the same when asked to",
                    () -> Checks.equal(dma.choice().backend(), "iommu"));
            try (EduDevice edu = EduDevice.open(platform, Guest.EDU)) {
                checks.check(
                        "a Java array goes through translated addresses",
                        () -> EduChecks.roundTrip(
                                edu, MemorySegment.ofArray(new byte[500]), MemorySegment.ofArray(new byte[500])));
            }
        }
    }
}
