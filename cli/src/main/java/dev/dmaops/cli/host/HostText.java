package dev.dmaops.cli.host;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.cli.TextTable;
import dev.dmaops.cli.explain.ExplanationText;
import dev.dmaops.machine.linux.topology.HostSystem;
import dev.dmaops.machine.linux.topology.IommuGroup;
import dev.dmaops.machine.linux.topology.Obstacle;
import dev.dmaops.machine.linux.topology.PciDevice;
import dev.dmaops.machine.linux.topology.UserSpaceDma;
import dev.dmaops.runtime.configuration.Quantities;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A host for people: the machine, a line for each device, obstacles with their cures, and why each backend. */
public final class HostText {
    private static final long SLOT_BYTES = 2048;

    private HostText() {}

    /** The text. */
    public static String of(HostReport report) {
        StringBuilder text = new StringBuilder(heading(report))
                .append('\n')
                .append(system(report))
                .append('\n')
                .append(devices(report));
        text.append(reserved(report)).append(obstacles(report));
        report.explanation().ifPresent(explanation -> text.append(ExplanationText.reasons(explanation)));
        return text.toString();
    }

    private static String heading(HostReport report) {
        HostSystem system = report.system();
        String below = system.hypervisor().isXen()
                ? system.hypervisor().kind().text() + (system.hypervisor().initialDomain() ? " dom0" : " domU")
                : "no hypervisor that matters";
        return report.name() + ": " + system.architecture().value().text() + ", Linux " + system.release() + ", "
                + below;
    }

    private static String system(HostReport report) {
        HostSystem system = report.system();
        List<MemoryRange> ram = system.ram().value();
        TextTable table = new TextTable("  ", Set.of())
                .row("command line", system.commandLine().value())
                .row("rules", "kernel configuration: " + report.rules().config())
                .row(
                        "RAM",
                        ram.stream().map(MemoryRange::toString).collect(Collectors.joining(", ")) + " ("
                                + Quantities.text(ram.stream()
                                        .mapToLong(MemoryRange::bytes)
                                        .sum()) + ", "
                                + system.ram().origin() + ")")
                .row(
                        "IOMMU",
                        report.topology().units().isEmpty()
                                ? "none in use"
                                : String.join(", ", report.topology().units()))
                .row("bounce pool", pool(system))
                .row("huge pages", hugePages(system.userSpace()))
                .row("VFIO", vfio(system.userSpace()));
        if (!system.userSpace().daxDevices().isEmpty()) {
            table.row("set aside", String.join(", ", system.userSpace().daxDevices()));
        }
        report.rules().problem().ifPresent(problem -> table.row("problem", problem));
        return table.text();
    }

    private static String pool(HostSystem system) {
        return system.bounceSlots().isPresent()
                ? system.bounceSlots().getAsLong() + " slots ("
                        + Quantities.text(system.bounceSlots().getAsLong() * SLOT_BYTES) + ")"
                : "not shown to this user";
    }

    private static String hugePages(UserSpaceDma user) {
        String set = user.hugePages().stream()
                .filter(pages -> pages.total() > 0)
                .map(pages -> pages.total() + " of " + Quantities.text(pages.bytes()) + ", " + pages.free() + " free")
                .collect(Collectors.joining("; "));
        return set.isEmpty() ? "none set aside" : set;
    }

    private static String vfio(UserSpaceDma user) {
        List<String> parts = new ArrayList<>();
        if (user.vfioPci()) {
            parts.add("vfio-pci");
        }
        if (user.vfioType1()) {
            parts.add("containers (type 1)");
        }
        if (user.iommufd()) {
            parts.add("iommufd");
        }
        user.withoutIommu().ifPresent(on -> parts.add("mode without IOMMU " + (on ? "on" : "off")));
        user.interruptRemapping().ifPresent(on -> parts.add(on ? "interrupts filtered" : "interrupts not filtered"));
        return parts.isEmpty() ? "not loaded" : String.join(", ", parts);
    }

    private static String devices(HostReport report) {
        if (report.topology().devices().isEmpty()) {
            return "no PCI devices\n";
        }
        TextTable table = new TextTable("", Set.of())
                .row(
                        "DEVICE",
                        "IDS",
                        "DRIVER",
                        "IOMMU",
                        "GROUP",
                        "TYPE",
                        "MASK",
                        "NODE",
                        "BACKEND",
                        "BOUNCE",
                        "OBSTACLES");
        for (PciDevice device : report.topology().devices()) {
            Optional<BackendChoice> choice = report.rules().choice(device.id());
            table.row(
                    device.id(),
                    device.ids(),
                    device.driver().orElse("-"),
                    device.iommu().text(),
                    device.iommu().group().map(IommuGroup::number).orElse("-"),
                    device.iommu().groupType(),
                    device.maskBits() + (device.maskAskedFor() ? "" : "?"),
                    device.numaNode().isPresent()
                            ? String.valueOf(device.numaNode().getAsInt())
                            : "-",
                    choice.map(BackendChoice::backend).orElse("unknown"),
                    choice.map(c -> c.bounce().text()).orElse("unknown"),
                    String.valueOf(report.obstacles()
                            .getOrDefault(device.id(), List.of())
                            .size()));
        }
        String guessed = report.topology().devices().stream().allMatch(PciDevice::maskAskedFor)
                ? ""
                : "?: no driver asked for a mask; 32 is where every function starts, the device may do less or more\n";
        return table.text() + guessed;
    }

    private static String reserved(HostReport report) {
        TextTable table = new TextTable("  ", Set.of());
        Set<String> seen = new LinkedHashSet<>();
        for (PciDevice device : report.topology().devices()) {
            device.iommu()
                    .group()
                    .filter(group -> !group.reserved().isEmpty() && seen.add(group.number()))
                    .ifPresent(group -> table.row(
                            "group " + group.number(),
                            group.reserved().stream().map(Object::toString).collect(Collectors.joining(", "))));
        }
        return seen.isEmpty() ? "" : "\nAddresses that are not free\n" + table.text();
    }

    /** Devices with the same obstacle share its lines. */
    private static String obstacles(HostReport report) {
        Map<Obstacle, List<String>> devices = new LinkedHashMap<>();
        report.obstacles()
                .forEach((device, found) ->
                        found.forEach(obstacle -> devices.computeIfAbsent(obstacle, o -> new ArrayList<>())
                                .add(device)));
        if (devices.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("\nObstacles to DMA from user space\n");
        devices.forEach((obstacle, ids) -> text.append("  ")
                .append(obstacle.kind().text())
                .append(": ")
                .append(obstacle.what())
                .append(" [")
                .append(
                        ids.size() == report.topology().devices().size() && ids.size() > 1
                                ? "all devices"
                                : String.join(", ", ids))
                .append("]\n    ")
                .append(obstacle.cure())
                .append('\n'));
        return text.toString();
    }
}
