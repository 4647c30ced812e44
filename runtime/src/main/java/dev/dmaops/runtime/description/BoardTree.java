package dev.dmaops.runtime.description;

import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.firmware.devicetree.SystemMemory;
import dev.dmaops.runtime.configuration.DeviceSettings;
import dev.dmaops.selection.devicetree.DeviceTreeDevices;
import dev.dmaops.selection.devicetree.DeviceTreeMemory;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/** What is taken from a device tree; read at once, so that everything wrong with it comes out here. */
final class BoardTree {
    private final DeviceTreeDevices devices;
    private final List<MemoryRange> ram;
    private final Optional<Long> ramStart;
    private final Optional<Sourced<Long>> dmaLimit;
    private final Optional<Sourced<String>> bootArguments;
    private final Optional<Sourced<Integer>> cpus;

    /**
     * Reads what is needed of the tree.
     *
     * @throws dev.dmaops.firmware.FirmwareException when the tree says something about DMA that cannot be read
     */
    BoardTree(DeviceTree tree) {
        devices = DeviceTreeDevices.of(tree);
        ram = DeviceTreeMemory.ram(tree);
        ramStart = SystemMemory.start(tree);
        dmaLimit = DeviceTreeDevices.dmaLimit(tree).map(limit -> new Sourced<>(limit, tree.origin() + " dma-ranges"));
        bootArguments = tree.find("/chosen")
                .flatMap(chosen -> chosen.property("bootargs"))
                .map(text -> new Sourced<>(text.string(), tree.origin() + " /chosen bootargs"));
        cpus = tree.find("/cpus")
                .map(BoardTree::processors)
                .filter(count -> count > 0)
                .map(count -> new Sourced<>(count, tree.origin() + " /cpus"));
    }

    /** The devices that the kernel makes from the tree. */
    List<DeviceDescription> devices() {
        return devices.all();
    }

    /** Paths of the PCI host bridges. */
    List<String> pciHosts() {
        return devices.pciHosts();
    }

    /** A PCI function behind a host bridge; empty when no bridge has its domain or the id is no PCI address. */
    Optional<DeviceDescription> pciFunction(DeviceSettings settings) {
        return devices.pciFunction(settings.id());
    }

    /** RAM, as boot firmware or the tree's author filled it in. */
    List<MemoryRange> ram() {
        return ram;
    }

    /** Where RAM begins; empty when the tree does not say. */
    Optional<Long> ramStart() {
        return ramStart;
    }

    /** Highest CPU address that every bus of the tree reaches. */
    Optional<Sourced<Long>> dmaLimit() {
        return dmaLimit;
    }

    /** The command line that the tree carries. */
    Optional<Sourced<String>> bootArguments() {
        return bootArguments;
    }

    /** Processors; empty when the tree lists none. */
    Optional<Sourced<Integer>> cpus() {
        return cpus;
    }

    private static int processors(DeviceTreeNode cpus) {
        return (int) cpus.children().stream()
                .filter(DeviceTreeNode::available)
                .filter(node -> node.property("device_type")
                        .filter(type -> type.string().equals("cpu"))
                        .isPresent())
                .count();
    }
}
