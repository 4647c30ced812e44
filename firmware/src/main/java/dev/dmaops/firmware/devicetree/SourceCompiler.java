package dev.dmaops.firmware.devicetree;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the nodes of a source into a flattened tree: numbers the nodes that are referred to and puts the numbers in. */
final class SourceCompiler {
    private final SourceScanner scanner;
    private final SourceNode root;
    private final Map<String, SourceNode> labels;
    private final Map<SourceNode, Long> phandles = new HashMap<>();
    private final Map<Long, SourceNode> taken = new HashMap<>();
    private long next = 1;

    SourceCompiler(SourceScanner scanner, SourceNode root, Map<String, SourceNode> labels) {
        this.scanner = scanner;
        this.root = root;
        this.labels = labels;
    }

    byte[] compile(DeviceTreeWriter writer) {
        List<SourceNode> nodes = nodes();
        nodes.forEach(this::takeExplicit);
        for (SourceNode node : nodes) {
            for (List<SourceNode.Part> value : node.properties.values()) {
                for (SourceNode.Part part : value) {
                    if (part instanceof SourceNode.Phandle phandle) {
                        number(target(phandle.reference(), phandle.position()));
                    }
                }
            }
        }
        write(writer, nodes);
        return writer.toBytes();
    }

    /** The node that a label or path names, if there is one. */
    static Optional<SourceNode> resolve(String reference, @Nullable SourceNode root, Map<String, SourceNode> labels) {
        if (!reference.startsWith("/")) {
            return Optional.ofNullable(labels.get(reference));
        }
        SourceNode node = root;
        for (String name : reference.substring(1).split("/", -1)) {
            node = node == null || name.isEmpty() ? node : node.children.get(name);
        }
        return Optional.ofNullable(node);
    }

    /** All nodes, each before its children. */
    private List<SourceNode> nodes() {
        List<SourceNode> nodes = new ArrayList<>();
        Deque<SourceNode> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            SourceNode node = open.pop();
            nodes.add(node);
            new ArrayList<>(node.children.values()).reversed().forEach(open::push);
        }
        return nodes;
    }

    private void takeExplicit(SourceNode node) {
        List<SourceNode.Part> value = node.properties.get("phandle");
        if (value == null) {
            return;
        }
        int position = node.positions.getOrDefault("phandle", 0);
        if (value.size() != 1 || !(value.getFirst() instanceof SourceNode.Bytes(byte[] cell)) || cell.length != 4) {
            throw scanner.error(position, "one number as phandle", "another value", "Correct the property");
        }
        long number = Integer.toUnsignedLong(FlattenedHeader.u32(cell, 0));
        SourceNode other = taken.putIfAbsent(number, node);
        if (other != null || number == 0 || number == 0xffffffffL) {
            throw scanner.error(
                    position,
                    "a phandle between 1 and 0xfffffffe that no other node has",
                    "0x%x".formatted(number) + (other == null ? "" : ", that of " + other.path()),
                    "Give another number, or leave it to the reader");
        }
        phandles.put(node, number);
    }

    private long number(SourceNode node) {
        return phandles.computeIfAbsent(node, n -> {
            while (taken.containsKey(next)) {
                next++;
            }
            taken.put(next, n);
            return next;
        });
    }

    private SourceNode target(String reference, int position) {
        return resolve(reference, root, labels)
                .orElseThrow(() -> scanner.error(
                        position,
                        "a label or path that exists",
                        "'&" + reference + "'",
                        "Define it or correct the name"));
    }

    private void write(DeviceTreeWriter writer, List<SourceNode> nodes) {
        int open = 0;
        for (SourceNode node : nodes) {
            for (int depth = node.depth(); open >= depth; open--) {
                writer.end();
            }
            open++;
            writer.begin(node.name);
            node.properties.forEach((name, value) -> writer.bytes(name, bytes(value)));
            Long phandle = phandles.get(node);
            if (phandle != null && !node.properties.containsKey("phandle")) {
                writer.cells("phandle", phandle);
            }
        }
        for (; open > 0; open--) {
            writer.end();
        }
    }

    private byte[] bytes(List<SourceNode.Part> value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (SourceNode.Part part : value) {
            bytes.writeBytes(
                    switch (part) {
                        case SourceNode.Bytes(byte[] written) -> written;
                        case SourceNode.Phandle(String reference, int position) ->
                            SourceNode.cell(number(target(reference, position)));
                        case SourceNode.Path(String reference, int position) ->
                            SourceNode.string(target(reference, position).path());
                    });
        }
        return bytes.toByteArray();
    }
}
