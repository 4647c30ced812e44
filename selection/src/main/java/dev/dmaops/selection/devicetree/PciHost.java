package dev.dmaops.selection.devicetree;

import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.firmware.devicetree.DeviceTreeProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A PCI host bridge and what its tree says about the functions behind it.
 *
 * @param node its node
 * @param position its position among the host bridges of the tree
 */
record PciHost(DeviceTreeNode node, int position) {
    static boolean isHost(DeviceTreeNode node) {
        return isBridge(node) && node.parent().filter(PciHost::isBridge).isEmpty();
    }

    /** Its PCI domain: what the tree says, else its position. */
    int domain() {
        return node.property("linux,pci-domain")
                .map(domain -> (int) domain.cell(0))
                .orElse(position);
    }

    /** The functions that have a node. */
    List<PciFunction> listed() {
        List<PciFunction> found = new ArrayList<>();
        collect(node, firstBus(node).orElse(0), found);
        return found;
    }

    /**
     * The port with {@code external-facing} that a function is below, and so not trusted. A function without a node is below the
     * port whose buses hold it.
     */
    Optional<DeviceTreeNode> externalPort(PciFunction function) {
        if (function.node().isPresent()) {
            return ancestorPort(function.node().get());
        }
        return externalPorts(node).stream()
                .filter(port -> holds(port, function.bus()))
                .findFirst();
    }

    private void collect(DeviceTreeNode bridge, int bus, List<PciFunction> found) {
        for (DeviceTreeNode child : bridge.children()) {
            Optional<DeviceTreeProperty> reg = child.property("reg").filter(p -> p.cellCount() > 0);
            if (reg.isEmpty() || !child.available()) {
                continue;
            }
            long address = reg.get().cell(0);
            // The bus number in reg is what firmware saw, often 0; the bridge's own bus-range is better.
            int at = bus != 0 ? bus : (int) (address >> 16 & 0xff);
            found.add(new PciFunction(
                    domain(), at, (int) (address >> 11 & 0x1f), (int) (address >> 8 & 7), Optional.of(child)));
            if (isBridge(child)) {
                collect(child, firstBus(child).orElse(at + 1), found);
            }
        }
    }

    private Optional<DeviceTreeNode> ancestorPort(DeviceTreeNode function) {
        Optional<DeviceTreeNode> above = function.parent();
        while (above.isPresent() && above.get() != node) {
            if (above.get().has("external-facing")) {
                return above;
            }
            above = above.get().parent();
        }
        return Optional.empty();
    }

    private static List<DeviceTreeNode> externalPorts(DeviceTreeNode bridge) {
        List<DeviceTreeNode> ports = new ArrayList<>();
        for (DeviceTreeNode child : bridge.children()) {
            if (isBridge(child)) {
                if (child.has("external-facing")) {
                    ports.add(child);
                }
                ports.addAll(externalPorts(child));
            }
        }
        return ports;
    }

    private static boolean holds(DeviceTreeNode port, int bus) {
        Optional<DeviceTreeProperty> range = port.property("bus-range").filter(p -> p.cellCount() == 2);
        return range.map(buses -> bus >= buses.cell(0) && bus <= buses.cell(1)).orElse(bus != 0);
    }

    private static Optional<Integer> firstBus(DeviceTreeNode bridge) {
        return bridge.property("bus-range").filter(p -> p.cellCount() > 0).map(p -> (int) p.cell(0));
    }

    private static boolean isBridge(DeviceTreeNode node) {
        return node.property("device_type")
                .map(DeviceTreeProperty::string)
                .filter(type -> type.equals("pci") || type.equals("pciex"))
                .isPresent();
    }
}
