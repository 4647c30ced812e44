package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import java.util.Optional;

/**
 * The node by which Xen tells an Arm domain that it runs under Xen.
 *
 * @param node the node, compatible with {@code xen,xen}
 * @param version Xen's version, {@code 4.17}, from {@code xen,xen-4.17}; empty if it is not given
 * @param regions physical ranges: the first for the grant table, the others free for mapping foreign pages
 */
public record XenHypervisor(DeviceTreeNode node, Optional<String> version, List<AddressRange> regions) {
    private static final String VERSIONED = "xen,xen-";

    /** Copies the list. */
    public XenHypervisor {
        regions = List.copyOf(regions);
    }

    /**
     * Looks for the node.
     *
     * @param tree the tree
     * @return what it says; empty if the tree is not that of a Xen domain
     * @throws FirmwareException if its {@code reg} cannot be read
     */
    public static Optional<XenHypervisor> of(DeviceTree tree) {
        return tree.nodes().stream()
                .filter(node -> node.isCompatible("xen,xen"))
                .findFirst()
                .map(node -> new XenHypervisor(node, version(node), Registers.of(node)));
    }

    private static Optional<String> version(DeviceTreeNode node) {
        return node.compatible().stream()
                .filter(type -> type.startsWith(VERSIONED) && type.length() > VERSIONED.length())
                .map(type -> type.substring(VERSIONED.length()))
                .findFirst();
    }
}
