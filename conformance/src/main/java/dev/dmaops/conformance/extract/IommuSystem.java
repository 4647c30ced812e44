package dev.dmaops.conformance.extract;

import dev.dmaops.conformance.row.Row;
import dev.dmaops.runtime.configuration.IommuSettings;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/** A system with one PCI function behind an IOMMU of a certain granule, which invalidates at once and uses all addresses alike. */
final class IommuSystem {
    /** The function. */
    static final String ID = "0000:00:01.0";

    private static final long SMALL_PAGE = 4096;
    private static final List<Long> PAGES = List.of(SMALL_PAGE, 16384L, 65536L);
    private static final long RAM = 64L << 30;

    private IommuSystem() {}

    /** The granule that an extract was made with. */
    static long granule(Row header) {
        long granule = header.number("granule");
        if (!PAGES.contains(granule)) {
            throw header.unusable("granule", "4096, 16384 or 65536");
        }
        return granule;
    }

    /** The system. Only Arm has kernels with larger pages, and IOMMUs that follow them. */
    static PlatformDescription describe(long granule, int cpus) {
        boolean small = granule == SMALL_PAGE;
        String commandLine = "iommu.strict=1 iommu.forcedac=1" + (small ? " intel_iommu=on" : "");
        return PlatformDescription.of(PlatformConfiguration.builder(small ? Architecture.X86 : Architecture.ARM64)
                .name("extract")
                .commandLine(commandLine)
                .machine(new MachineSettings(
                        Sourced.byDefault("sim"),
                        Optional.of(Sourced.byDefault(RAM)),
                        List.of(),
                        Optional.of(Sourced.byDefault(granule)),
                        Optional.of(Sourced.byDefault(cpus)),
                        Optional.empty(),
                        Sourced.byDefault(1L),
                        List.of()))
                .iommu(new IommuSettings(
                        Sourced.byDefault(true),
                        List.of(Sourced.byDefault(ID)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .device(ID, device -> device.bus(Bus.PCI))
                .build());
    }
}
