package dev.dmaops.firmware.devicetree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The devices that Linux makes from a tree at boot (Linux 6.12 drivers/of/platform.c with CONFIG_ARM_AMBA, as on every arm and
 * arm64 kernel). A node becomes a device if it has {@code compatible}, is available, and its parent is the root or a plain bus
 * that became a device itself. Devices that drivers make later (children of multi-function devices, PCI devices) are not here;
 * neither is known from a tree which nodes early boot code takes for itself.
 */
public final class PlatformDevices {
    private static final List<String> PLAIN_BUSES = List.of("simple-bus", "simple-mfd", "isa", "arm,amba-bus");
    private static final List<String> RESERVED_MEMORY =
            List.of("phram", "qcom,rmtfs-mem", "qcom,cmd-db", "qcom,smem", "ramoops", "nvmem-rmem", "google,open-dice");

    private final Map<DeviceTreeNode, PlatformDevice> devices;

    private PlatformDevices(Map<DeviceTreeNode, PlatformDevice> devices) {
        this.devices = devices;
    }

    /**
     * Finds the devices of a tree.
     *
     * @param tree the tree
     * @return its devices
     */
    public static PlatformDevices of(DeviceTree tree) {
        Map<DeviceTreeNode, PlatformDevice> found = new LinkedHashMap<>();
        for (DeviceTreeNode node : tree.nodes()) {
            if (RESERVED_MEMORY.stream().anyMatch(node::isCompatible)) {
                make(found, node, PlatformDevice.Step.RESERVED_MEMORY);
            }
        }
        tree.root()
                .child("firmware")
                .ifPresent(firmware -> populate(found, firmware, List.of(), PlatformDevice.Step.FIRMWARE));
        tree.root()
                .child("chosen")
                .flatMap(chosen -> chosen.children().stream()
                        .filter(node -> node.isCompatible("simple-framebuffer"))
                        .findFirst())
                .ifPresent(node -> make(found, node, PlatformDevice.Step.FRAMEBUFFER));
        populate(found, tree.root(), PLAIN_BUSES, PlatformDevice.Step.DEFAULT);
        return new PlatformDevices(found);
    }

    /** {@return all devices in the order in which they are made} */
    public List<PlatformDevice> all() {
        return List.copyOf(devices.values());
    }

    /**
     * The device of a node.
     *
     * @param node a node of the same tree
     * @return its device, or empty if Linux makes none
     */
    public Optional<PlatformDevice> of(DeviceTreeNode node) {
        return Optional.ofNullable(devices.get(node));
    }

    /**
     * Finds a device by name.
     *
     * @param name the name in sysfs, such as {@code fe340000.mmc}
     * @return the device, or empty
     */
    public Optional<PlatformDevice> named(String name) {
        return devices.values().stream()
                .filter(device -> device.name().equals(name))
                .findFirst();
    }

    private static void populate(
            Map<DeviceTreeNode, PlatformDevice> found,
            DeviceTreeNode root,
            List<String> buses,
            PlatformDevice.Step step) {
        Deque<DeviceTreeNode> open = new ArrayDeque<>();
        root.children().reversed().forEach(open::push);
        while (!open.isEmpty()) {
            DeviceTreeNode node = open.pop();
            if (!node.has("compatible") || node.isCompatible("operating-points-v2")) {
                continue;
            }
            boolean made = make(found, node, step);
            // AMBA devices are never searched for children, whatever else they are compatible with.
            if (made && !node.isCompatible("arm,primecell") && buses.stream().anyMatch(node::isCompatible)) {
                node.children().reversed().forEach(open::push);
            }
        }
    }

    private static boolean make(
            Map<DeviceTreeNode, PlatformDevice> found, DeviceTreeNode node, PlatformDevice.Step step) {
        if (!node.available() || found.containsKey(node)) {
            return false;
        }
        boolean amba = node.isCompatible("arm,primecell")
                && (step == PlatformDevice.Step.DEFAULT || step == PlatformDevice.Step.FIRMWARE);
        PlatformDevice.Bus bus = amba ? PlatformDevice.Bus.AMBA : PlatformDevice.Bus.PLATFORM;
        found.put(node, new PlatformDevice(node, name(node), bus, step));
        return true;
    }

    /**
     * The name Linux gives the device of a node: the CPU address of its registers and the node's name without unit address; for
     * a node without such an address its full name behind that of its parents up to one that has an address.
     *
     * @param node any node but the root
     * @return the name, {@code fe340000.mmc}, {@code soc:gpio} or {@code fe000000.bus:gpio}
     */
    public static String name(DeviceTreeNode node) {
        StringBuilder name = new StringBuilder();
        for (DeviceTreeNode at = node; at.parent().isPresent(); at = at.parent().orElseThrow()) {
            Optional<String> unique = uniqueName(at);
            if (unique.isPresent()) {
                return unique.get() + (name.isEmpty() ? "" : ":" + name);
            }
            name.insert(0, at.name() + (name.isEmpty() ? "" : ":"));
        }
        return name.toString();
    }

    private static Optional<String> uniqueName(DeviceTreeNode node) {
        Optional<DeviceTreeProperty> reg = node.property("reg");
        if (reg.isEmpty()) {
            return Optional.empty();
        }
        var address = BusAddresses.ofRegisters(node, reg.get(), 0);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        // Nodes that share one register are told apart by the lowest bit of their mask; -1 if the mask is 0, as in
        // Linux.
        String bit = node.property("mask")
                .filter(p -> p.cellCount() > 0)
                .map(p -> "%x.".formatted(p.cell(0) == 0 ? -1 : Long.numberOfTrailingZeros(p.cell(0))))
                .orElse("");
        return Optional.of("%x.%s%s".formatted(address.getAsLong(), bit, node.baseName()));
    }
}
