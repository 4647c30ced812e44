package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.Sourced;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything that one configuration says, before any file that it names is opened.
 *
 * @param name how messages call it: the file's name, or {@code builder}
 * @param directory what relative paths in it start from
 * @param architecture the platform
 * @param kernel the kernel
 * @param machine the machine
 * @param hypervisor what runs below the kernel
 * @param deviceTree path of a {@code .dtb} or {@code .dts} relative to {@code directory}, or the name of a built-in board
 * @param iommu the IOMMU
 * @param pci the PCI host bridge, where no device tree describes one
 * @param policy what is done otherwise than the kernel does it
 * @param encryption memory encryption
 * @param devices devices, described or refined
 * @param workload what {@code dmaops run} does with them
 */
public record PlatformConfiguration(
        String name,
        Path directory,
        Sourced<Architecture> architecture,
        KernelSettings kernel,
        MachineSettings machine,
        Hypervisor hypervisor,
        Optional<Sourced<String>> deviceTree,
        IommuSettings iommu,
        PciSettings pci,
        PolicySettings policy,
        Sourced<MemoryEncryption> encryption,
        List<DeviceSettings> devices,
        Sourced<Workload> workload) {
    /** Copies the list. */
    public PlatformConfiguration {
        devices = List.copyOf(devices);
    }

    /**
     * Reads a HOCON file.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake in it
     */
    public static PlatformConfiguration read(Path file) {
        Problems problems = new Problems();
        PlatformConfiguration configuration = HoconReader.read(file, problems);
        problems.throwIfAny();
        return configuration;
    }

    /**
     * Reads a HOCON file and goes on after mistakes, so that those in the files it names can be reported together with them.
     *
     * @param problems gets the mistakes; as long as it has any, the result must not be used for anything else
     */
    public static PlatformConfiguration read(Path file, Problems problems) {
        return HoconReader.read(file, problems);
    }

    /**
     * Reads HOCON text.
     *
     * @param name how messages call it
     * @param directory what relative paths in it start from
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake in it
     */
    public static PlatformConfiguration parse(String name, Path directory, String text) {
        Problems problems = new Problems();
        PlatformConfiguration configuration = HoconReader.parse(name, directory, text, problems);
        problems.throwIfAny();
        return configuration;
    }

    /** The same with other words about the IOMMU. */
    public PlatformConfiguration with(IommuSettings other) {
        return new PlatformConfiguration(
                name,
                directory,
                architecture,
                kernel,
                machine,
                hypervisor,
                deviceTree,
                other,
                pci,
                policy,
                encryption,
                devices,
                workload);
    }

    /** Starts a configuration in code. */
    public static PlatformBuilder builder(Architecture architecture) {
        return new PlatformBuilder(architecture);
    }
}
