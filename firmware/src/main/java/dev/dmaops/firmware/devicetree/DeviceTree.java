package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A device tree: the description of a board that firmware hands to the kernel.
 *
 * <p>Read once, checked completely, immutable afterwards. The checks are stricter than the kernel's where the kernel would
 * silently pick one of two meanings: properties, sibling nodes and phandles that occur twice are refused.
 */
public final class DeviceTree {
    /** Largest flattened tree that is read, in bytes: 2 MiB, what an arm64 kernel accepts at boot. */
    public static final int MAX_BYTES = 2 << 20;

    private final String origin;
    private final int version;
    private final List<DeviceTreeNode> nodes;
    private final Map<Integer, DeviceTreeNode> byPhandle;
    private final List<MemoryReservation> reservations;

    DeviceTree(
            String origin,
            int version,
            List<DeviceTreeNode> nodes,
            Map<Integer, DeviceTreeNode> byPhandle,
            List<MemoryReservation> reservations) {
        this.origin = origin;
        this.version = version;
        this.nodes = nodes;
        this.byPhandle = byPhandle;
        this.reservations = List.copyOf(reservations);
    }

    /**
     * Reads a flattened tree from a file. Bytes after the tree's own total size are ignored.
     *
     * @param file the {@code .dtb} file; its name becomes the {@link #origin()}
     * @return the tree
     * @throws FirmwareException if the file cannot be read or does not hold a valid tree
     */
    public static DeviceTree read(Path file) {
        String origin = String.valueOf(file.getFileName());
        byte[] blob;
        try (InputStream in = Files.newInputStream(file)) {
            blob = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "no such file", e);
        } catch (IOException e) {
            throw unreadable(file, e.getClass().getSimpleName() + ": " + e.getMessage(), e);
        }
        return parse(blob, origin);
    }

    /**
     * Reads a flattened tree from an array, which is copied.
     *
     * @param blob the tree, from its first byte on; bytes after its total size are ignored
     * @param origin what to call the source in error messages
     * @return the tree
     * @throws FirmwareException if the bytes are not a valid tree
     */
    public static DeviceTree parse(byte[] blob, String origin) {
        return new FlattenedReader(blob, origin, true).read();
    }

    /**
     * Reads a flattened tree from the remaining bytes of a buffer, whose position is left alone.
     *
     * @param blob see {@link #parse(byte[], String)}
     * @param origin see there
     * @return the tree
     * @throws FirmwareException if the bytes are not a valid tree
     */
    public static DeviceTree parse(ByteBuffer blob, String origin) {
        byte[] bytes = new byte[Math.min(blob.remaining(), MAX_BYTES + 1)];
        blob.get(blob.position(), bytes);
        return parse(bytes, origin);
    }

    /**
     * Reads a flattened tree from a memory segment.
     *
     * @param blob see {@link #parse(byte[], String)}
     * @param origin see there
     * @return the tree
     * @throws FirmwareException if the bytes are not a valid tree
     */
    public static DeviceTree parse(MemorySegment blob, String origin) {
        long size = Math.min(blob.byteSize(), MAX_BYTES + 1L);
        return parse(blob.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE), origin);
    }

    /** {@return where the tree came from, as used in error messages} */
    public String origin() {
        return origin;
    }

    /** {@return the version of the flattened format, 16 or more} */
    public int version() {
        return version;
    }

    /** {@return the root node, whose path is {@code /}} */
    public DeviceTreeNode root() {
        return nodes.getFirst();
    }

    /** {@return every node in document order, each before its children} */
    public List<DeviceTreeNode> nodes() {
        return nodes;
    }

    /** {@return the memory reservation block, in order} */
    public List<MemoryReservation> reservations() {
        return reservations;
    }

    /**
     * Finds a node.
     *
     * @param path an absolute path with the unit addresses ({@code /soc/mmc@7e300000}), or an alias of {@code /aliases},
     *     optionally followed by a path below it
     * @return the node, or empty if there is none
     */
    public Optional<DeviceTreeNode> find(String path) {
        String rest = path;
        if (!path.startsWith("/")) {
            int slash = path.indexOf('/');
            String alias = slash < 0 ? path : path.substring(0, slash);
            Optional<String> target = root().child("aliases")
                    .flatMap(aliases -> aliases.property(alias))
                    .map(DeviceTreeProperty::string);
            if (target.isEmpty() || !target.get().startsWith("/")) {
                return Optional.empty();
            }
            rest = target.get() + (slash < 0 ? "" : path.substring(slash));
        }
        DeviceTreeNode node = root();
        for (String part : rest.split("/", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            Optional<DeviceTreeNode> child = node.child(part);
            if (child.isEmpty()) {
                return Optional.empty();
            }
            node = child.get();
        }
        return Optional.of(node);
    }

    /**
     * Finds the node that a reference names.
     *
     * @param phandle the number, an unsigned 32-bit value
     * @return the node, or empty if no node has it; 0 and 0xffffffff are never a node
     */
    public Optional<DeviceTreeNode> byPhandle(long phandle) {
        return phandle >>> 32 != 0 ? Optional.empty() : Optional.ofNullable(byPhandle.get((int) phandle));
    }

    @Override
    public String toString() {
        return "device tree " + origin + " (" + nodes.size() + " nodes)";
    }

    private static FirmwareException unreadable(Path file, String found, IOException cause) {
        return new FirmwareException(
                file.toString(), "", "cannot read the device tree", "a readable file", found, "Check the path", cause);
    }
}
