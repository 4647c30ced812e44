package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads device tree source ({@code .dts}): {@code /dts-v1/;}, {@code /memreserve/}, nodes, labels, {@code &label { … }}
 * extensions, and values of strings, {@code <cells>}, {@code [bytes]} and references ({@code &label}, {@code &{/path}}).
 *
 * <p>Not read: {@code #include} and other preprocessor lines, {@code /include/}, {@code /bits/}, {@code /delete-node/},
 * {@code /delete-property/} and expressions in parentheses. Each is an error that says so; run such a file through the
 * C preprocessor and dtc first.
 *
 * <p>A node that is referred to and has no phandle gets the next free number as the last of its properties, counted from 1 in
 * the order of the references.
 */
public final class DeviceTreeSource {
    private static final String PREPROCESS = "Run the file through the C preprocessor and dtc and give the .dtb";

    private final SourceScanner scanner;
    private final String origin;
    private final Map<String, SourceNode> labels = new HashMap<>();
    private final DeviceTreeWriter reservations = new DeviceTreeWriter();
    private @Nullable SourceNode root;

    private DeviceTreeSource(String text, String origin) {
        this.scanner = new SourceScanner(text, origin);
        this.origin = origin;
    }

    /**
     * Reads a source file.
     *
     * @param file the {@code .dts} file, in UTF-8; its name becomes the tree's origin
     * @return the tree
     * @throws FirmwareException if the file cannot be read or is not valid source
     */
    public static DeviceTree read(Path file) {
        try {
            return parse(Files.readString(file), String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw new FirmwareException(
                    file.toString(),
                    "",
                    "cannot read the device tree source",
                    "a readable text file in UTF-8",
                    e.getClass().getSimpleName() + ": " + e.getMessage(),
                    "Check the path",
                    e);
        }
    }

    /**
     * Reads source text.
     *
     * @param text the text
     * @param origin what to call it in error messages
     * @return the tree
     * @throws FirmwareException if it is not valid source, with line and column of the first mistake
     */
    public static DeviceTree parse(String text, String origin) {
        return new DeviceTreeSource(text, origin).tree();
    }

    private DeviceTree tree() {
        scanner.require("/dts-v1/", "at the start of the source");
        scanner.require(";", "after /dts-v1/");
        while (!scanner.atEnd()) {
            statement();
        }
        SourceNode top = root;
        if (top == null) {
            throw scanner.error(scanner.position(), "a root node '/ { … };'", "none", "Add the root node");
        }
        byte[] blob = new SourceCompiler(scanner, top, labels).compile(reservations);
        return new FlattenedReader(blob, origin, false).read();
    }

    private void statement() {
        refuseUnsupported();
        int start = scanner.position();
        if (scanner.take("/memreserve/")) {
            reservations.reserve(scanner.number("an address"), scanner.number("a size"));
            scanner.require(";", "after /memreserve/");
            return;
        }
        List<String> nodeLabels = labels();
        SourceNode node;
        if (scanner.take("&")) {
            String reference = reference();
            node = SourceCompiler.resolve(reference, root, labels)
                    .orElseThrow(() -> scanner.error(
                            start, "a label that is defined before", "'&" + reference + "'", "Define the label"));
        } else if (scanner.take("/")) {
            SourceNode known = root;
            node = known == null ? new SourceNode(null, "") : known;
            root = node;
        } else {
            throw scanner.error(start, "'/ {', '&label {' or /memreserve/", scanner.found(), "Correct the source");
        }
        define(nodeLabels, node, start);
        body(node);
    }

    private List<String> labels() {
        List<String> found = new ArrayList<>();
        while (true) {
            Optional<String> label = scanner.label();
            if (label.isEmpty()) {
                return found;
            }
            found.add(label.get());
        }
    }

    private void define(List<String> names, SourceNode node, int position) {
        for (String name : names) {
            SourceNode other = labels.putIfAbsent(name, node);
            if (other != null && other != node) {
                throw scanner.error(
                        position, "every label at one node", "'" + name + "' also at " + other.path(), "Rename one");
            }
        }
    }

    /** Content of a node from its opening brace to the semicolon behind the closing one. Recursion ends at the depth limit. */
    private void body(SourceNode node) {
        int start = scanner.position();
        if (node.depth() > FlattenedReader.MAX_DEPTH) {
            throw scanner.error(
                    start,
                    "at most " + FlattenedReader.MAX_DEPTH + " levels of nodes",
                    "one more, " + node.name,
                    "Nest less");
        }
        scanner.require("{", "to begin the node");
        boolean childSeen = false;
        while (!scanner.take("}")) {
            refuseUnsupported();
            List<String> names = labels();
            int position = scanner.position();
            String name = scanner.name("a property, a node or '}'");
            if (scanner.sees("{")) {
                childSeen = true;
                if (name.startsWith("#") || name.startsWith("@")) {
                    throw scanner.error(position, "a node name", "'" + name + "'", "Rename the node");
                }
                SourceNode child = node.children.computeIfAbsent(name, n -> new SourceNode(node, n));
                define(names, child, position);
                body(child);
            } else {
                if (childSeen) {
                    throw scanner.error(
                            position, "the properties of a node before its children", "'" + name + "'", "Move it up");
                }
                node.positions.put(name, position);
                node.properties.put(name, scanner.take("=") ? value() : List.of());
                scanner.require(";", "after property " + name);
            }
        }
        scanner.require(";", "after the node");
    }

    private List<SourceNode.Part> value() {
        List<SourceNode.Part> parts = new ArrayList<>();
        do {
            labels();
            if (scanner.take("\"")) {
                parts.add(new SourceNode.Bytes(SourceNode.string(scanner.quoted('"'))));
            } else if (scanner.take("<")) {
                cells(parts);
            } else if (scanner.take("[")) {
                while (!scanner.take("]")) {
                    parts.add(new SourceNode.Bytes((byte) scanner.hexByte()));
                }
            } else if (scanner.sees("&")) {
                int position = scanner.position();
                scanner.take("&");
                parts.add(new SourceNode.Path(reference(), position));
            } else {
                refuseUnsupported();
                throw scanner.error(
                        scanner.position(),
                        "\"text\", <cells>, [bytes] or &label",
                        scanner.found(),
                        "Correct the value");
            }
        } while (scanner.take(","));
        return parts;
    }

    private void cells(List<SourceNode.Part> parts) {
        while (!scanner.take(">")) {
            int position = scanner.position();
            if (scanner.take("&")) {
                parts.add(new SourceNode.Phandle(reference(), position));
            } else if (scanner.sees("(")) {
                throw scanner.error(position, "a number", "an expression", "Write its value, or give the .dtb");
            } else if (scanner.take("'")) {
                byte[] character = scanner.quoted('\'');
                if (character.length != 1) {
                    throw scanner.error(position, "one character between quotes", character.length + "", "Correct it");
                }
                parts.add(new SourceNode.Bytes(SourceNode.cell(character[0])));
            } else {
                labels();
                long number = scanner.number("a number, '&label' or '>'");
                if (number >>> 32 != 0 && number >> 31 != -1) {
                    throw scanner.error(
                            position, "a cell of 32 bits", "0x%x".formatted(number), "Split it into two cells");
                }
                parts.add(new SourceNode.Bytes(SourceNode.cell(number)));
            }
        }
    }

    private String reference() {
        return scanner.take("{") ? scanner.until('}', "the path") : scanner.name("a label or {/path}");
    }

    private void refuseUnsupported() {
        int position = scanner.position();
        for (String directive : List.of(
                "#include",
                "#define",
                "#if",
                "#undef",
                "#pragma",
                "# ",
                "/include/",
                "/bits/",
                "/delete-node/",
                "/delete-property/",
                "/plugin/",
                "/incbin/",
                "/omit-if-no-ref/")) {
            if (scanner.sees(directive)) {
                throw scanner.error(
                        position, "plain source", directive.strip() + ", which is not supported", PREPROCESS);
            }
        }
    }
}
