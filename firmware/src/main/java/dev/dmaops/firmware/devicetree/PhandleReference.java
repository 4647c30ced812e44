package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A reference to another node with the arguments that the other node asked for.
 *
 * @param target the node referred to
 * @param args the cells after the phandle, unsigned 32-bit numbers; as many as the target's {@code #…-cells} property says
 */
public record PhandleReference(DeviceTreeNode target, List<Long> args) {
    /** Most arguments of one reference: Linux's MAX_PHANDLE_ARGS. */
    private static final int MAX_ARGS = 16;

    /** Copies the list. */
    public PhandleReference {
        args = List.copyOf(args);
    }

    /**
     * Reads a property that lists references with arguments, such as {@code iommus}.
     *
     * @param node the node with the property
     * @param property the name of the property
     * @param cellsProperty the property of the targets that gives the number of arguments, such as {@code #iommu-cells}
     * @return the references in order, empty ones (phandle 0) left out; an empty list if the node does not have the property
     * @throws FirmwareException if a target does not exist, does not have {@code cellsProperty}, or arguments are missing
     */
    public static List<PhandleReference> list(DeviceTreeNode node, String property, String cellsProperty) {
        Optional<DeviceTreeProperty> list = node.property(property);
        if (list.isEmpty()) {
            return List.of();
        }
        List<PhandleReference> references = new ArrayList<>();
        for (int at = 0; at < list.get().cellCount(); ) {
            Optional<PhandleReference> reference = at(list.get(), at, cellsProperty);
            reference.ifPresent(references::add);
            at += size(reference);
        }
        return List.copyOf(references);
    }

    /** The entry with the given number. Mistakes behind it are not looked at; empty if it has phandle 0 or does not exist. */
    static Optional<PhandleReference> entry(DeviceTreeProperty list, int number, String cellsProperty) {
        int at = 0;
        for (int i = 0; at < list.cellCount(); i++) {
            Optional<PhandleReference> reference = at(list, at, cellsProperty);
            if (i == number) {
                return reference;
            }
            at += size(reference);
        }
        return Optional.empty();
    }

    private static int size(Optional<PhandleReference> reference) {
        return 1 + reference.map(r -> r.args().size()).orElse(0);
    }

    /**
     * Reads a property that lists phandles without arguments, such as {@code memory-region}.
     *
     * @param node the node with the property
     * @param property the name of the property
     * @return the nodes in order; an empty list if the node does not have the property
     * @throws FirmwareException if a phandle has no node
     */
    public static List<DeviceTreeNode> nodes(DeviceTreeNode node, String property) {
        Optional<DeviceTreeProperty> list = node.property(property);
        if (list.isEmpty()) {
            return List.of();
        }
        List<DeviceTreeNode> nodes = new ArrayList<>();
        for (int i = 0; i < list.get().cellCount(); i++) {
            target(list.get(), i).ifPresent(nodes::add);
        }
        return List.copyOf(nodes);
    }

    private static Optional<PhandleReference> at(DeviceTreeProperty list, int index, String cellsProperty) {
        Optional<DeviceTreeNode> target = target(list, index);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        DeviceTreeProperty cells = target.get()
                .property(cellsProperty)
                .filter(p -> p.cellCount() > 0)
                .orElseThrow(() -> list.error(
                        "a target with " + cellsProperty,
                        target.get().path() + " without it",
                        "Add " + cellsProperty + " to the target or correct the reference"));
        long count = cells.cell(0);
        if (count > MAX_ARGS || count > list.cellCount() - index - 1L) {
            throw list.error(
                    count + " cells after the reference to " + target.get().path(),
                    list.cellCount() - index - 1 + " cells",
                    "Complete the list (at most " + MAX_ARGS + " arguments each)");
        }
        List<Long> args = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            args.add(list.cell(index + i));
        }
        return Optional.of(new PhandleReference(target.get(), args));
    }

    private static Optional<DeviceTreeNode> target(DeviceTreeProperty list, int index) {
        long phandle = list.cell(index);
        if (phandle == 0) {
            return Optional.empty();
        }
        return Optional.of(list.node()
                .tree()
                .byPhandle(phandle)
                .orElseThrow(() -> list.error(
                        "a phandle that a node has",
                        "0x%x".formatted(phandle),
                        "Correct the reference or add the node")));
    }

    @Override
    public String toString() {
        return args.isEmpty() ? target.path() : target.path() + args;
    }
}
