package dev.dmaops.runtime.assembly;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.firmware.cmdline.IommuParameters;
import dev.dmaops.firmware.cmdline.KernelCommandLine;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.SystemDescription;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which devices behind an IOMMU try addresses below 4 GiB first: PCI functions, unless {@code iommu.forcedac} says otherwise
 * (iommu_setup_dma_ops, drivers/iommu/dma-iommu.c, 6.12).
 */
public final class LowAddresses {
    private LowAddresses() {}

    /** Tells the open devices. */
    public static void prefer(Collection<DmaDevice> devices, PlatformPlan plan, SystemDescription system) {
        KernelCommandLine line = KernelCommandLine.parse(system.commandLine().value());
        IommuParameters said = system.architecture().value() == Architecture.X86
                ? IommuParameters.ofX86(line)
                : IommuParameters.ofArm(line);
        if (said.forceDac()) {
            return;
        }
        Set<String> functions = plan.devices().stream()
                .filter(device -> device.device().bus() == Bus.PCI)
                .map(DevicePlan::choice)
                .map(choice -> choice.device())
                .collect(Collectors.toSet());
        devices.stream()
                .filter(device -> functions.contains(device.id()))
                .forEach(device -> device.state().prefersLowIova(true));
    }
}
