package dev.dmaops.cli.host;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaMask;
import dev.dmaops.cli.explain.Explanation;
import dev.dmaops.machine.linux.topology.HostSystem;
import dev.dmaops.machine.linux.topology.HostTopology;
import dev.dmaops.machine.linux.topology.IommuState;
import dev.dmaops.machine.linux.topology.PciDevice;
import dev.dmaops.runtime.assembly.Planner;
import dev.dmaops.runtime.configuration.MachineSettings;
import dev.dmaops.runtime.configuration.PlatformBuilder;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuTopology;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.Sourced;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the selection rules say for the devices of a host: the same rules that {@code explain} asks, fed with what the host shows
 * instead of a configuration.
 *
 * @param explanation the answer; empty when the rules could not be asked
 * @param config which kernel configuration was used
 * @param problem why the host's own description could not be used, or the rules not be asked; empty when all went well
 */
record HostRules(Optional<Explanation> explanation, String config, Optional<String> problem) {
    private static final String BUILT_IN = "debian-6.12";

    /** The choice for a device. */
    Optional<BackendChoice> choice(String id) {
        return explanation.flatMap(e -> e.plan().devices().stream()
                .map(DevicePlan::choice)
                .filter(choice -> choice.device().equals(id))
                .findFirst());
    }

    static HostRules of(Path root, HostSystem system, HostTopology topology) {
        Optional<String> problem = topology.deviceTreeProblem();
        if (system.config().isPresent()) {
            String own = system.config().get().toString();
            try {
                return new HostRules(Optional.of(ask(root, system, topology, own)), own, problem);
            } catch (DmaConfigurationException e) {
                problem = Optional.ofNullable(e.getMessage());
            }
        }
        String config = "built-in " + BUILT_IN
                + (system.config().isPresent() ? "" : ", because this host's own cannot be read");
        try {
            return new HostRules(Optional.of(ask(root, system, topology, BUILT_IN)), config, problem);
        } catch (DmaConfigurationException e) {
            return new HostRules(Optional.empty(), config, Optional.ofNullable(e.getMessage()));
        }
    }

    private static Explanation ask(Path root, HostSystem system, HostTopology topology, String config) {
        PlatformDescription description = PlatformDescription.of(configuration(system, topology, config));
        PlatformPlan all = Planner.plan(description, Providers.load(), attachments(description, topology));
        Set<String> shown = topology.devices().stream().map(PciDevice::id).collect(Collectors.toSet());
        List<DevicePlan> devices = all.devices().stream()
                .filter(plan -> shown.contains(plan.device().id()))
                .toList();
        return new Explanation(
                description.configuration().name(),
                description.system(),
                new HostOrigins(system, root)
                        .renamed(new PlatformPlan(
                                all.pool(), all.zoneDmaLimit(), all.zoneDma32(), devices, all.decisions())));
    }

    private static PlatformConfiguration configuration(HostSystem system, HostTopology topology, String config) {
        List<MemoryRange> ram = system.ram().value();
        PlatformBuilder builder = PlatformConfiguration.builder(
                        system.architecture().value())
                .name("host")
                .kernel(system.version().value())
                .kernelConfig(config)
                .commandLine(system.commandLine().value())
                .hypervisor(system.hypervisor())
                .machine(new MachineSettings(
                        MachineSettings.DEFAULT.kind(),
                        Optional.empty(),
                        ram.stream()
                                .map(range -> new Sourced<>(range, system.ram().origin()))
                                .toList(),
                        Optional.empty(),
                        Optional.of(system.cpus()),
                        Optional.empty(),
                        MachineSettings.DEFAULT.seed(),
                        List.of()));
        topology.deviceTree().ifPresent(tree -> builder.deviceTree(tree.origin()));
        for (PciDevice device : topology.devices()) {
            builder.device(device.id(), details -> {
                details.bus(Bus.PCI).untrusted(device.untrusted());
                if (device.maskAskedFor()) {
                    details.mask(DmaMask.ofBits(device.maskBits()))
                            .coherentMask(DmaMask.ofBits(device.coherentMaskBits()));
                }
            });
        }
        return builder.build();
    }

    /** As sysfs shows it; where sysfs cannot know yet, as the device tree says. */
    private static IommuTopology attachments(PlatformDescription description, HostTopology topology) {
        Map<String, PciDevice> devices =
                topology.devices().stream().collect(Collectors.toMap(PciDevice::id, device -> device));
        IommuTopology firmware = description.topology();
        return id -> {
            PciDevice device = devices.get(id);
            if (device == null || device.iommu().state() == IommuState.UNKNOWN) {
                return firmware.attachment(id);
            }
            if (device.iommu().state() == IommuState.ABSENT) {
                return Optional.empty();
            }
            Optional<IommuAttachment> described = firmware.attachment(id);
            return Optional.of(new IommuAttachment(
                    described
                            .map(IommuAttachment::hardware)
                            .orElseGet(() -> hardware(device.iommu().unit())),
                    described.map(IommuAttachment::driverWish).orElse(DriverWish.NONE),
                    true,
                    described.map(IommuAttachment::streamId).orElse(0L),
                    device.iommu()
                            .group()
                            .map(group -> "group " + group.number())
                            .orElse(""),
                    "/sys/bus/pci/devices/" + id + "/iommu_group"));
        };
    }

    /** What a name in {@code /sys/class/iommu} stands for. */
    private static Hardware hardware(String unit) {
        return unit.startsWith("dmar")
                ? Hardware.INTEL
                : unit.startsWith("ivhd")
                        ? Hardware.AMD
                        : unit.startsWith("smmu") || unit.startsWith("arm-smmu")
                                ? Hardware.SMMU
                                : unit.startsWith("viommu") || unit.startsWith("virtio")
                                        ? Hardware.VIRTIO
                                        : Hardware.UNKNOWN;
    }
}
