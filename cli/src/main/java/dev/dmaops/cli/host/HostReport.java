package dev.dmaops.cli.host;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.cli.explain.Explanation;
import dev.dmaops.machine.linux.topology.HostFiles;
import dev.dmaops.machine.linux.topology.HostSystem;
import dev.dmaops.machine.linux.topology.HostTopology;
import dev.dmaops.machine.linux.topology.Obstacle;
import dev.dmaops.machine.linux.topology.Obstacles;
import dev.dmaops.machine.linux.topology.PageFrames;
import dev.dmaops.machine.linux.topology.PciDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host with what the rules say for each of its devices, and what stands in the way of DMA from user space.
 *
 * @param name how the user knows the host
 * @param system what holds for the host as a whole
 * @param topology its devices and IOMMUs
 * @param rules what the rules say
 * @param obstacles what stands in the way, by device
 */
public record HostReport(
        String name, HostSystem system, HostTopology topology, HostRules rules, Map<String, List<Obstacle>> obstacles) {
    /**
     * Looks at a host. Nothing is changed, and what this user may not read is left out.
     *
     * @param root {@code /}, or the folder of a captured tree
     */
    public static HostReport of(Path root) {
        HostFiles files = new HostFiles(root);
        HostSystem system = HostSystem.read(files);
        HostTopology topology = HostTopology.read(files);
        HostRules rules = HostRules.of(root, system, topology);
        Obstacles finder = new Obstacles(files, system, topology, files.live() && !PageFrames.visible());
        Map<String, List<Obstacle>> obstacles = new LinkedHashMap<>();
        for (PciDevice device : topology.devices()) {
            List<Obstacle> found = new ArrayList<>(finder.of(device));
            rules.choice(device.id())
                    .flatMap(choice -> difference(device, choice))
                    .ifPresent(found::add);
            obstacles.put(device.id(), List.copyOf(found));
        }
        return new HostReport(files.live() ? "this host" : root.toString(), system, topology, rules, obstacles);
    }

    /** The explanation, when the rules could be asked. */
    Optional<Explanation> explanation() {
        return rules.explanation();
    }

    /** Where sysfs and the rules do not agree about the group's type. */
    private static Optional<Obstacle> difference(PciDevice device, BackendChoice choice) {
        return device.iommu().group().flatMap(group -> {
            String expected = switch (group.type()) {
                case DMA -> "dma";
                case DMA_FQ -> "dma-fq";
                case IDENTITY -> "identity";
                case BLOCKED, UNMANAGED, UNKNOWN -> choice.iommuDomain().text();
            };
            return expected.equals(choice.iommuDomain().text())
                    ? Optional.empty()
                    : Optional.of(new Obstacle(
                            Obstacle.Kind.DIFFERS,
                            "sysfs says that the group's type is "
                                    + group.type().text() + ", the rules say "
                                    + choice.iommuDomain().text(),
                            "The type was written after boot, or the kernel is built otherwise than the .config that was"
                                    + " used here; sysfs is right."));
        });
    }
}
