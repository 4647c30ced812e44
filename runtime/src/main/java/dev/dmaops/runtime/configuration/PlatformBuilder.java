package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.Sourced;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Says in code what a configuration file says. What is not said has the file's defaults. */
public final class PlatformBuilder {
    private final Sourced<Architecture> architecture;
    private String name = "builder";
    private Path directory = Path.of("");
    private Optional<Sourced<KernelVersion>> kernel = Optional.empty();
    private Optional<Sourced<String>> kernelConfig = Optional.empty();
    private Optional<Sourced<String>> commandLine = Optional.empty();
    private MachineSettings machine = MachineSettings.DEFAULT;
    private Hypervisor hypervisor = Hypervisor.NONE;
    private Optional<Sourced<String>> deviceTree = Optional.empty();
    private IommuSettings iommu = IommuSettings.DEFAULT;
    private PciSettings pci = PciSettings.DEFAULT;
    private PolicySettings policy = PolicySettings.DEFAULT;
    private Sourced<MemoryEncryption> encryption = Sourced.byDefault(MemoryEncryption.NONE);
    private final List<DeviceSettings> devices = new ArrayList<>();
    private Sourced<Workload> workload = Sourced.byDefault(Workload.MIXED);

    PlatformBuilder(Architecture architecture) {
        this.architecture = said(architecture, "architecture");
    }

    /** How messages call this configuration. */
    public PlatformBuilder name(String text) {
        name = text;
        return this;
    }

    /** What relative paths start from; the working directory when not said. */
    public PlatformBuilder directory(Path path) {
        directory = path;
        return this;
    }

    /** The kernel's release. */
    public PlatformBuilder kernel(KernelVersion version) {
        kernel = Optional.of(said(version, "kernel"));
        return this;
    }

    /** The kernel's .config: a path, or the name of a built-in one. */
    public PlatformBuilder kernelConfig(String pathOrName) {
        kernelConfig = Optional.of(said(pathOrName, "kernelConfig"));
        return this;
    }

    /** The kernel's command line. */
    public PlatformBuilder commandLine(String text) {
        commandLine = Optional.of(said(text, "commandLine"));
        return this;
    }

    /** RAM, laid out as the platform does. */
    public PlatformBuilder memory(long bytes) {
        return machine(new MachineSettings(
                machine.kind(),
                Optional.of(said(bytes, "memory")),
                List.of(),
                machine.pageBytes(),
                machine.cpus(),
                machine.cacheLineBytes(),
                machine.seed(),
                machine.hostRam()));
    }

    /** RAM, range by range. */
    public PlatformBuilder ram(MemoryRange... ranges) {
        return machine(new MachineSettings(
                machine.kind(),
                Optional.empty(),
                List.of(ranges).stream().map(range -> said(range, "ram")).toList(),
                machine.pageBytes(),
                machine.cpus(),
                machine.cacheLineBytes(),
                machine.seed(),
                machine.hostRam()));
    }

    /** Everything about the machine. */
    public PlatformBuilder machine(MachineSettings settings) {
        machine = settings;
        return this;
    }

    /** What runs below the kernel. */
    public PlatformBuilder hypervisor(Hypervisor below) {
        hypervisor = below;
        return this;
    }

    /** The device tree: path of a {@code .dtb} or {@code .dts}, or the name of a built-in board. */
    public PlatformBuilder deviceTree(String pathOrName) {
        deviceTree = Optional.of(said(pathOrName, "deviceTree"));
        return this;
    }

    /** The IOMMU, beyond what the device tree says. */
    public PlatformBuilder iommu(IommuSettings settings) {
        iommu = settings;
        return this;
    }

    /** The IOMMU, beyond what the device tree says. */
    public PlatformBuilder iommu(Consumer<IommuBuilder> details) {
        IommuBuilder builder = new IommuBuilder();
        details.accept(builder);
        return iommu(builder.build());
    }

    /** Windows of the PCI host bridge, by bus address, where no device tree describes one. */
    public PlatformBuilder bridgeWindows(MemoryRange... windows) {
        pci = new PciSettings(Arrays.stream(windows)
                .map(window -> said(window, "bridgeWindows"))
                .toList());
        return this;
    }

    /** What is done otherwise than the kernel does it. */
    public PlatformBuilder policy(Policy choices) {
        policy = new PolicySettings(said(choices, "policy"), policy.refusePoolOutOfReach());
        return this;
    }

    /** Stops the platform from opening when a device cannot reach its pool. */
    public PlatformBuilder refusePoolOutOfReach() {
        policy = new PolicySettings(policy.policy(), said(true, "refusePoolOutOfReach"));
        return this;
    }

    /** Memory encryption. */
    public PlatformBuilder encryption(MemoryEncryption kind) {
        encryption = said(kind, "encryption");
        return this;
    }

    /** Describes a device, or refines one of the device tree. */
    public PlatformBuilder device(String id, Consumer<DeviceBuilder> details) {
        DeviceBuilder device = new DeviceBuilder(id);
        details.accept(device);
        devices.add(device.build());
        return this;
    }

    /** What {@code dmaops run} does with the devices. */
    public PlatformBuilder workload(Workload kind) {
        workload = said(kind, "workload");
        return this;
    }

    /** What was said so far. */
    public PlatformConfiguration build() {
        return new PlatformConfiguration(
                name,
                directory,
                architecture,
                new KernelSettings(kernel, kernelConfig, commandLine),
                machine,
                hypervisor,
                deviceTree,
                iommu,
                pci,
                policy,
                encryption,
                devices,
                workload);
    }

    static <T> Sourced<T> said(T value, String call) {
        return new Sourced<>(value, "builder." + call);
    }
}
