package dev.dmaops.conformance.tree;

import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.JsonLineReader;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.firmware.devicetree.PlatformDevices;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A device tree against the lines about it in {@code props.jsonl}. A tree without lines is one skipped row. */
final class TreeRecording implements Recording {
    private static final String PROPERTIES = "props.jsonl";
    private static final String UNLISTED = "unlisted";
    private static final Map<String, RowSchema> SCHEMAS = Map.of(
            "dtb",
            RowSchema.ofInputs("t", "file").withResults(TreeFacts.NAMES),
            "node",
            RowSchema.ofInputs("t", "file", "path").withResults(NodeFacts.NAMES),
            UNLISTED,
            RowSchema.ofInputs().withResults("lines"));

    private final String name;
    private final DeviceTree tree;
    private final PlatformDevices devices;
    private final @Nullable JsonLineReader lines;
    private boolean listed;
    private boolean done;

    TreeRecording(RecordingFile file) {
        name = file.name();
        tree = DeviceTree.parse(file.all(DeviceTree.MAX_BYTES), file.path().toString());
        devices = PlatformDevices.of(tree);
        RecordingFile properties = file.sibling(PROPERTIES);
        lines = properties.exists() ? new JsonLineReader(properties.path().toString(), properties.bytes(), "t") : null;
    }

    @Override
    public @Nullable Row next() {
        while (lines != null) {
            Row row = lines.next();
            if (row == null) {
                break;
            }
            if (name.equals(row.value("file"))) {
                listed = true;
                return row.kind().equals("node") ? NodeFacts.withAbsences(row) : row;
            }
        }
        if (listed || done) {
            return null;
        }
        done = true;
        return new Row(UNLISTED, name, "tree", new LinkedHashMap<>(Map.of("lines", 1L)));
    }

    @Override
    public Optional<RowSchema> schema(String rowKind) {
        return Optional.ofNullable(SCHEMAS.get(rowKind));
    }

    @Override
    public Answer play(Row row) {
        return switch (row.kind()) {
            case "dtb" -> TreeFacts.of(tree);
            case "node" ->
                tree.find(row.text("path"))
                        .map(this::node)
                        .orElseGet(() -> Answer.observed().put("err", "no such node"));
            default -> Answer.skipped(PROPERTIES + " has no line about this tree");
        };
    }

    private Answer node(DeviceTreeNode node) {
        return NodeFacts.of(node, devices);
    }

    @Override
    public void close() {
        if (lines != null) {
            lines.close();
        }
    }
}
