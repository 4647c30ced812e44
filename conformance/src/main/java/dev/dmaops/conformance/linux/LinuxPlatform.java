package dev.dmaops.conformance.linux;

import dev.dmaops.conformance.machine.ReplayPlatform;
import dev.dmaops.conformance.machine.ReplayedSystem;
import dev.dmaops.machine.sim.iommu.IommuGeometry;
import dev.dmaops.runtime.configuration.IommuSettings;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.PlatformBuilder;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the platform that a recording's header describes: the machine that the kernel found, with the kernel's command line. */
final class LinuxPlatform {
    private static final String HEADER = "recording header";

    private LinuxPlatform() {}

    static ReplayPlatform open(LinuxHeader header, LinuxSurvey survey) {
        PlatformBuilder builder = PlatformConfiguration.builder(Architecture.X86)
                .name(HEADER)
                .kernel(header.kernel())
                .commandLine(header.commandLine())
                .machine(machine(header));
        Map<String, IommuGeometry> geometries = new HashMap<>();
        for (String name : survey.devices().values()) {
            builder.device(name, device -> device.bus(LinuxSurvey.isPci(name) ? Bus.PCI : Bus.PLATFORM));
            header.iommu()
                    .filter(iommu -> iommu.covers(name))
                    .ifPresent(iommu ->
                            geometries.put(name, iommu.geometry(name, header.pageBytes(), header.busWindows())));
        }
        header.iommu().ifPresent(iommu -> builder.iommu(settings(iommu, geometries)));
        List<MemoryRange> keep = header.pool().map(survey.pages()::without).orElseGet(survey.pages()::ranges);
        return ReplayPlatform.open(ReplayedSystem.of(PlatformDescription.of(builder.build()))
                .withPool(header.pool())
                .keeping(keep)
                .online(header.onlineCpus())
                .behind(geometries));
    }

    private static IommuSettings settings(LinuxIommu iommu, Map<String, IommuGeometry> geometries) {
        boolean deferred = geometries.values().stream().allMatch(IommuGeometry::deferredFlush);
        return new IommuSettings(
                new Sourced<>(true, HEADER),
                geometries.keySet().stream()
                        .sorted()
                        .map(name -> new Sourced<>(name, HEADER + " iommu_groups"))
                        .toList(),
                Optional.of(new Sourced<>(iommu.hardware(), HEADER + " qemu_extra")),
                Optional.empty(),
                Optional.of(new Sourced<>(deferred, HEADER + " qemu_extra")));
    }

    private static MachineSettings machine(LinuxHeader header) {
        return new MachineSettings(
                Sourced.byDefault("sim"),
                Optional.empty(),
                header.ram().stream()
                        .map(range -> new Sourced<>(range, HEADER + " iomem"))
                        .toList(),
                Optional.of(new Sourced<>(header.pageBytes(), HEADER + " page_size")),
                Optional.of(new Sourced<>(header.cpus(), HEADER + " possible_cpus")),
                Optional.empty(),
                Sourced.byDefault(1L),
                List.of());
    }
}
