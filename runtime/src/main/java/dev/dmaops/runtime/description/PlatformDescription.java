package dev.dmaops.runtime.description;

import dev.dmaops.firmware.kconfig.KernelConfig;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.configuration.Problems;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuTopology;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A system with its devices, each fact with its origin: everything that the choice of backends depends on.
 *
 * @param configuration what the user said
 * @param system what holds for all devices
 * @param devices the devices, those of the device tree first
 * @param cacheLineBytes cache line size in bytes
 */
public record PlatformDescription(
        PlatformConfiguration configuration,
        SystemDescription system,
        List<DeviceDescription> devices,
        int cacheLineBytes) {
    /** Copies the list. */
    public PlatformDescription {
        devices = List.copyOf(devices);
    }

    /**
     * Reads a configuration and the files that it names.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake in all of them
     */
    public static PlatformDescription read(Path configuration) {
        Problems problems = new Problems();
        return Describer.describe(PlatformConfiguration.read(configuration, problems), problems);
    }

    /**
     * Reads the files that a configuration names.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake in all of them
     */
    public static PlatformDescription of(PlatformConfiguration configuration) {
        return Describer.describe(configuration, new Problems());
    }

    /** The file of the kernel's configuration; empty when the system was not described from one. */
    public Optional<KernelConfig> kernelConfig() {
        return system.config() instanceof KernelFacts facts ? Optional.of(facts.file()) : Optional.empty();
    }

    /**
     * The same system with another kernel.
     *
     * @param config file of its configuration
     * @param release whose rules choose backends
     * @param kconfig whose Kconfig rules give the symbols that follow from others
     * @throws dev.dmaops.firmware.FirmwareException when the file does not show its architecture, or {@code kconfig} is older than 5.14
     */
    public PlatformDescription withKernel(KernelConfig config, KernelVersion release, KernelVersion kconfig) {
        SystemDescription other = new SystemDescription(
                system.architecture(),
                new Sourced<>(release, system.kernel().origin()),
                new KernelFacts(config, kconfig),
                system.commandLine(),
                system.hypervisor(),
                system.encryption(),
                system.ram(),
                system.ramAboveLimit(),
                system.firmwareDmaLimit(),
                system.cpus(),
                system.pageBytes(),
                system.policy(),
                system.firmwareSwitches());
        return new PlatformDescription(configuration, other, devices, cacheLineBytes);
    }

    /** Which device stands behind which IOMMU, as device tree and configuration say. */
    public IommuTopology topology() {
        Map<String, IommuAttachment> attachments = new HashMap<>();
        for (DeviceDescription device : devices) {
            device.iommu().ifPresent(attachment -> attachments.put(device.id(), attachment));
        }
        return id -> Optional.ofNullable(attachments.get(id));
    }
}
