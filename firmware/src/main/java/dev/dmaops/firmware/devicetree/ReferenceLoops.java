package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Refuses trees in which following a chain of references never ends. Linux walks these chains without a guard, so such a tree
 * hangs a kernel; here it is an error when the tree is read, and every later walk can rely on an end.
 */
final class ReferenceLoops {
    private ReferenceLoops() {}

    static void refuse(DeviceTree tree) {
        refuse(tree, DmaParents::of, "DMA parents (interconnects named dma-mem)");
        refuse(tree, ReferenceLoops::interruptParentWithoutCells, "interrupt parents");
    }

    /**
     * The next step of Linux's search for an interrupt parent, which goes on until a node has {@code #interrupt-cells}.
     * Controllers that name themselves or each other do have it and are no loop.
     */
    private static Optional<DeviceTreeNode> interruptParentWithoutCells(DeviceTreeNode node) {
        Optional<DeviceTreeProperty> explicit =
                node.property("interrupt-parent").filter(p -> p.cellCount() > 0);
        Optional<DeviceTreeNode> next =
                explicit.isPresent() ? node.tree().byPhandle(explicit.get().cell(0)) : node.parent();
        return next.filter(n -> !n.has("#interrupt-cells"));
    }

    /** Each node has at most one successor, so every node is walked over once: linear in the size of the tree. */
    private static void refuse(DeviceTree tree, Function<DeviceTreeNode, Optional<DeviceTreeNode>> next, String chain) {
        Map<DeviceTreeNode, Integer> walkOf = new HashMap<>();
        for (int walk = 0; walk < tree.nodes().size(); walk++) {
            Optional<DeviceTreeNode> at = Optional.of(tree.nodes().get(walk));
            while (at.isPresent()) {
                Integer earlier = walkOf.putIfAbsent(at.get(), walk);
                if (earlier != null && earlier == walk) {
                    throw new FirmwareException(
                            tree.origin(),
                            at.get().path(),
                            "cannot use the device tree",
                            "a chain of " + chain + " that ends",
                            "a loop through this node",
                            "Correct the reference");
                }
                at = earlier == null ? next.apply(at.get()) : Optional.empty();
            }
        }
    }
}
