package dev.dmaops.conformance.tree;

import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Nothing;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.firmware.devicetree.Cells;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.firmware.devicetree.DeviceTreeProperty;
import dev.dmaops.firmware.devicetree.DmaRangeEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What we read of a tree as a whole, in the words of {@code props.jsonl}. */
final class TreeFacts {
    static final String[] NAMES = {
        "model", "compatible", "address_cells", "size_cells", "root_dma_ranges", "root_dma_coherent", "nodes"
    };

    private TreeFacts() {}

    static Answer of(DeviceTree tree) {
        DeviceTreeNode root = tree.root();
        return Answer.observed()
                .put(
                        "model",
                        root.property("model").map(DeviceTreeProperty::string).orElse(""))
                .put("compatible", root.compatible())
                .put("address_cells", Cells.address(root))
                .put("size_cells", Cells.size(root))
                .put("root_dma_ranges", ranges(root))
                .put("root_dma_coherent", root.has("dma-coherent"))
                .put("nodes", (long) tree.nodes().size());
    }

    static Object ranges(DeviceTreeNode bus) {
        return DmaRangeEntry.of(bus)
                .map(entries -> (Object) entries.stream().map(TreeFacts::range).toList())
                .orElse(Nothing.NULL);
    }

    private static Map<String, Object> range(DmaRangeEntry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        entry.flags().ifPresent(flags -> fields.put("flags", Values.hex(flags)));
        fields.put("child", Values.hex(entry.childAddress()));
        fields.put("parent", Values.hex(entry.parentAddress()));
        fields.put("size", Values.hex(entry.size()));
        return fields;
    }

    static Object text(DeviceTreeNode node, String property) {
        return node.property(property)
                .map(DeviceTreeProperty::string)
                .map(Object.class::cast)
                .orElse(Nothing.NULL);
    }

    static Object texts(DeviceTreeNode node, String property) {
        return node.property(property)
                .map(DeviceTreeProperty::strings)
                .map(strings -> (Object) List.copyOf(strings))
                .orElse(Nothing.NULL);
    }
}
