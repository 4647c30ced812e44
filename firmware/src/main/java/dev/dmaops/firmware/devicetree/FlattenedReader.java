package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the structure block of a flattened tree: a stream of 32-bit tokens, begin and end of nodes with their properties in
 * between. One loop, no recursion, and every length is checked before it is used.
 */
final class FlattenedReader {
    private static final int BEGIN_NODE = 1;
    private static final int END_NODE = 2;
    private static final int PROPERTY = 3;
    private static final int NOP = 4;
    private static final int END = 9;

    /** Deepest nesting, the root counted: Linux's FDT_MAX_DEPTH. */
    static final int MAX_DEPTH = 64;

    /** Longest node or property name in bytes. Together with the depth it bounds the length of a path. */
    private static final int MAX_NAME = 255;

    private static final String REBUILD = "Rebuild the tree with a current device tree compiler";

    private final byte[] blob;
    private final String origin;

    /** Whether the user has the bytes: not if the tree was made from source, where an offset would say nothing. */
    private final boolean offsetsMatter;

    private final FlattenedHeader header;
    private final List<DeviceTreeNode> nodes = new ArrayList<>();
    private final Map<Integer, DeviceTreeNode> byPhandle = new HashMap<>();
    private final List<Set<String>> siblings = new ArrayList<>();
    private @Nullable DeviceTreeNode current;
    private int depth;
    private int at;

    FlattenedReader(byte[] blob, String origin, boolean offsetsMatter) {
        this.offsetsMatter = offsetsMatter;
        this.header = FlattenedHeader.read(blob, origin);
        this.blob = blob;
        this.origin = origin;
        this.at = header.structStart();
    }

    DeviceTree read() {
        List<MemoryReservation> reservations = reservations();
        while (true) {
            int tokenAt = at;
            int token = word("a token");
            switch (token) {
                case BEGIN_NODE -> beginNode(tokenAt);
                case END_NODE -> endNode(tokenAt);
                case PROPERTY -> property(tokenAt);
                case NOP -> {}
                case END -> {
                    return finish(tokenAt, reservations);
                }
                default ->
                    throw bad(
                            tokenAt,
                            "a token (1, 2, 3, 4 or 9)",
                            "0x%08x".formatted(token),
                            "The structure block is damaged; copy or rebuild the tree");
            }
        }
    }

    private List<MemoryReservation> reservations() {
        List<MemoryReservation> list = new ArrayList<>();
        for (int entry = header.reservations(); ; entry += 16) {
            if (entry > header.totalSize() - 16) {
                throw bad(
                        entry,
                        "a memory reservation block that ends with address 0 and size 0",
                        "the end of the tree",
                        REBUILD);
            }
            long address = u64(entry);
            long size = u64(entry + 8);
            if (address == 0 && size == 0) {
                return list;
            }
            list.add(new MemoryReservation(address, size));
        }
    }

    private void beginNode(int tokenAt) {
        DeviceTreeNode parent = current;
        String name = name(at, header.structEnd(), "node");
        align(at + name.length() + 1);
        if (parent == null) {
            if (!nodes.isEmpty()) {
                throw bad(tokenAt, "one root node", "a second one, '" + name + "'", REBUILD);
            }
            if (!name.isEmpty() && !name.equals("/")) {
                throw bad(tokenAt, "a root node without a name", "'" + name + "'", REBUILD);
            }
            name = "";
        } else {
            checkNodeName(tokenAt, name);
        }
        if (++depth > MAX_DEPTH) {
            throw bad(tokenAt, "at most " + MAX_DEPTH + " levels of nodes", "one more, '" + name + "'", REBUILD);
        }
        DeviceTreeNode node = new DeviceTreeNode(parent, name);
        if (parent != null) {
            if (!siblings.getLast().add(name)) {
                throw bad(
                        tokenAt,
                        "different names for the children of a node",
                        "'" + name + "' twice",
                        "Remove one of the two nodes");
            }
            parent.add(node);
        }
        nodes.add(node);
        siblings.add(new HashSet<>(0));
        current = node;
    }

    private void checkNodeName(int tokenAt, String name) {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw bad(tokenAt, "a node name without '/'", "'" + name + "'", REBUILD);
        }
    }

    private void endNode(int tokenAt) {
        DeviceTreeNode node = current;
        if (node == null) {
            throw bad(tokenAt, "the begin of a node", "the end of one that was not begun", REBUILD);
        }
        depth--;
        siblings.removeLast();
        current = node.parent().orElse(null);
    }

    private void property(int tokenAt) {
        DeviceTreeNode node = current;
        if (node == null) {
            throw bad(tokenAt, "properties inside a node", "one outside", REBUILD);
        }
        if (!node.children().isEmpty()) {
            throw bad(tokenAt, "the properties of a node before its children", "one after them", REBUILD);
        }
        int length = word("the length of a property");
        int nameOffset = word("the name of a property");
        int stringsSize = header.stringsEnd() - header.stringsStart();
        if (nameOffset < 0 || nameOffset >= stringsSize) {
            throw bad(
                    tokenAt + 8,
                    "a property name inside the strings block of " + stringsSize + " bytes",
                    "offset " + Integer.toUnsignedString(nameOffset),
                    REBUILD);
        }
        String name = name(header.stringsStart() + nameOffset, header.stringsEnd(), "property");
        if (name.isEmpty()) {
            throw bad(tokenAt + 8, "a property name", "an empty one", REBUILD);
        }
        if (length < 0 || length > header.structEnd() - at) {
            throw bad(
                    tokenAt + 4,
                    "a value of '" + name + "' of at most " + (header.structEnd() - at) + " bytes",
                    Integer.toUnsignedString(length) + " bytes",
                    REBUILD);
        }
        if (node.has(name)) {
            throw bad(tokenAt, "each property once in a node", "'" + name + "' twice", "Remove one of the two");
        }
        DeviceTreeProperty property =
                new DeviceTreeProperty(node, name, Arrays.copyOfRange(blob, at, at + length), offsetsMatter ? at : -1);
        node.add(property);
        if (name.equals("phandle") || name.equals("linux,phandle")) {
            phandle(node, name, length);
        }
        align(at + length);
    }

    private void phandle(DeviceTreeNode node, String name, int length) {
        if (length != 4) {
            throw bad(at, "one cell of 4 bytes in " + name, length + " bytes", REBUILD);
        }
        int number = FlattenedHeader.u32(blob, at);
        if (number == 0 || number == -1) {
            throw bad(at, "a phandle between 1 and 0xfffffffe", "0x%x".formatted(number), REBUILD);
        }
        DeviceTreeNode other = byPhandle.putIfAbsent(number, node);
        if (other != null && other != node) {
            throw bad(
                    at,
                    "every phandle at one node",
                    "0x%x here and at %s".formatted(number, other.path()),
                    "Renumber one of the two");
        }
    }

    private DeviceTree finish(int tokenAt, List<MemoryReservation> reservations) {
        if (current != null) {
            throw bad(tokenAt, "the end of node " + current.path(), "the end of the tree", REBUILD);
        }
        if (nodes.isEmpty()) {
            throw bad(tokenAt, "a root node", "an empty structure block", REBUILD);
        }
        DeviceTree tree =
                new DeviceTree(origin, header.version(), List.copyOf(nodes), Map.copyOf(byPhandle), reservations);
        nodes.forEach(node -> node.freeze(tree));
        ReferenceLoops.refuse(tree);
        return tree;
    }

    private String name(int start, int limit, String kind) {
        int end = start;
        while (end < limit && blob[end] != 0) {
            if (blob[end] <= ' ' || blob[end] == 0x7f) {
                throw bad(
                        end,
                        "printable ASCII characters in the name of a " + kind,
                        "0x%02x".formatted(blob[end]),
                        "The tree is damaged; copy or rebuild it");
            }
            end++;
        }
        if (end >= limit) {
            throw bad(start, "a zero byte after the name of a " + kind, "the end of the block", REBUILD);
        }
        if (end - start > MAX_NAME) {
            throw bad(
                    start,
                    "at most " + MAX_NAME + " bytes in the name of a " + kind,
                    (end - start) + " bytes",
                    "Shorten the name");
        }
        return new String(blob, start, end - start, StandardCharsets.US_ASCII);
    }

    private int word(String what) {
        if (at > header.structEnd() - 4) {
            throw bad(at, what, "the end of the structure block", "The tree is truncated; copy or rebuild it");
        }
        int word = FlattenedHeader.u32(blob, at);
        at += 4;
        return word;
    }

    private void align(int next) {
        at = (next + 3) & ~3;
    }

    private long u64(int offset) {
        return ((long) FlattenedHeader.u32(blob, offset) << 32)
                | Integer.toUnsignedLong(FlattenedHeader.u32(blob, offset + 4));
    }

    private FirmwareException bad(int offset, String expected, String found, String cure) {
        String location = "byte 0x%x".formatted(offset) + (current == null ? "" : " (" + current.path() + ")");
        return new FirmwareException(origin, location, "cannot read the device tree", expected, found, cure);
    }
}
