package dev.dmaops.firmware.devicetree;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a flattened device tree, version 17, from calls in document order.
 *
 * <pre>{@code
 * DeviceTree tree = new DeviceTreeWriter()
 *         .begin("")
 *         .cells("#address-cells", 1).cells("#size-cells", 1)
 *         .begin("soc").strings("compatible", "simple-bus").cells("dma-ranges", 0xc0000000L, 0, 0x40000000).end()
 *         .end()
 *         .toTree("example");
 * }</pre>
 *
 * <p>Not for use by two threads at once. A call out of place is an {@link IllegalStateException}.
 */
public final class DeviceTreeWriter {
    private static final int HEADER_SIZE = 40;

    private final ByteArrayOutputStream structBytes = new ByteArrayOutputStream();
    private final DataOutputStream struct = new DataOutputStream(structBytes);
    private final ByteArrayOutputStream stringBytes = new ByteArrayOutputStream();
    private final Map<String, Integer> strings = new LinkedHashMap<>();
    private final ByteArrayOutputStream reservationBytes = new ByteArrayOutputStream();
    private final DataOutputStream reservations = new DataOutputStream(reservationBytes);
    private int depth;
    private boolean complete;

    /** Makes a writer of an empty tree. */
    public DeviceTreeWriter() {}

    /**
     * Adds an entry to the memory reservation block.
     *
     * @param address first byte
     * @param size number of bytes
     * @return this writer
     */
    public DeviceTreeWriter reserve(long address, long size) {
        return write(() -> {
            reservations.writeLong(address);
            reservations.writeLong(size);
        });
    }

    /**
     * Begins a node, inside the one begun last.
     *
     * @param name the name with its unit address; empty for the root, which comes first
     * @return this writer
     */
    public DeviceTreeWriter begin(String name) {
        if (complete) {
            throw new IllegalStateException("cannot begin node '" + name + "': the root node has ended");
        }
        if (name.isEmpty() != (depth == 0)) {
            throw new IllegalStateException(
                    "cannot begin node '" + name + "': the root, and only the root, has no name (depth " + depth + ")");
        }
        depth++;
        return write(() -> {
            struct.writeInt(1);
            struct.write(name.getBytes(StandardCharsets.US_ASCII));
            struct.writeByte(0);
            pad();
        });
    }

    /**
     * Ends the node begun last.
     *
     * @return this writer
     */
    public DeviceTreeWriter end() {
        requireNode("end a node");
        depth--;
        complete = depth == 0;
        return write(() -> struct.writeInt(2));
    }

    /**
     * Adds a property without a value.
     *
     * @param name the name
     * @return this writer
     */
    public DeviceTreeWriter flag(String name) {
        return bytes(name);
    }

    /**
     * Adds a property of 32-bit cells.
     *
     * @param name the name
     * @param cells the cells; of each the low 32 bits are used
     * @return this writer
     */
    public DeviceTreeWriter cells(String name, long... cells) {
        byte[] value = new byte[cells.length * 4];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (cells[i / 4] >> (8 * (3 - i % 4)));
        }
        return bytes(name, value);
    }

    /**
     * Adds a property of strings.
     *
     * @param name the name
     * @param values the strings, each of which gets a zero byte behind it
     * @return this writer
     */
    public DeviceTreeWriter strings(String name, String... values) {
        return bytes(name, (String.join("\0", values) + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds a property. Properties of a node come before its children.
     *
     * @param name the name
     * @param value the bytes
     * @return this writer
     */
    public DeviceTreeWriter bytes(String name, byte... value) {
        requireNode("add property '" + name + "'");
        int nameOffset = strings.computeIfAbsent(name, added -> {
            int at = stringBytes.size();
            stringBytes.writeBytes((added + "\0").getBytes(StandardCharsets.US_ASCII));
            return at;
        });
        return write(() -> {
            struct.writeInt(3);
            struct.writeInt(value.length);
            struct.writeInt(nameOffset);
            struct.write(value);
            pad();
        });
    }

    /**
     * The tree as a flattened tree.
     *
     * @return the bytes of a {@code .dtb} file
     * @throws IllegalStateException if the root node has not ended
     */
    public byte[] toBytes() {
        if (!complete) {
            throw new IllegalStateException("cannot make the tree: " + depth + " nodes have not ended");
        }
        int reservationSize = reservationBytes.size() + 16;
        int structSize = structBytes.size() + 4;
        int structAt = HEADER_SIZE + reservationSize;
        int stringsAt = structAt + structSize;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        int[] header = {
            0xd00dfeed,
            stringsAt + stringBytes.size(),
            structAt,
            stringsAt,
            HEADER_SIZE,
            17,
            16,
            0,
            stringBytes.size(),
            structSize
        };
        write(() -> {
            for (int word : header) {
                out.writeInt(word);
            }
            out.write(reservationBytes.toByteArray());
            out.write(new byte[16]);
            out.write(structBytes.toByteArray());
            out.writeInt(9);
            out.write(stringBytes.toByteArray());
        });
        return bytes.toByteArray();
    }

    /**
     * The tree, read back and checked.
     *
     * @param origin what to call it in error messages
     * @return the tree
     * @throws IllegalStateException if the root node has not ended
     * @throws dev.dmaops.firmware.FirmwareException if the tree is not a valid one, for instance has a property twice
     */
    public DeviceTree toTree(String origin) {
        return DeviceTree.parse(toBytes(), origin);
    }

    private void requireNode(String what) {
        if (depth == 0) {
            throw new IllegalStateException("cannot " + what + ": no node has begun");
        }
    }

    private void pad() throws IOException {
        while (structBytes.size() % 4 != 0) {
            struct.writeByte(0);
        }
    }

    private DeviceTreeWriter write(Output output) {
        try {
            output.write();
        } catch (IOException e) {
            throw new UncheckedIOException("memory streams do not fail", e);
        }
        return this;
    }

    @FunctionalInterface
    private interface Output {
        void write() throws IOException;
    }
}
