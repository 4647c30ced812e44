package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a device tree as a running kernel shows it: a folder for each node, a file for each property
 * ({@code /sys/firmware/devicetree/base}, {@code /proc/device-tree}; fs/proc and drivers/of/kobj.c of Linux 6.12).
 *
 * <p>Two things differ from a flattened tree. The kernel adds a property {@code name}, which is left out here. And it does not keep
 * the order of nodes; they come in the order of their names.
 */
public final class DeviceTreeFolder {
    private static final String ADDED_BY_KERNEL = "name";
    private static final int MAX_DEPTH = 64;

    private final DeviceTreeWriter writer = new DeviceTreeWriter();
    private final Path folder;
    private long bytes;

    private DeviceTreeFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads the folder.
     *
     * @param folder the folder of the root node
     * @return the tree; its origin is the folder's path
     * @throws FirmwareException if it cannot be read or is no valid tree
     */
    public static DeviceTree read(Path folder) {
        DeviceTreeFolder reader = new DeviceTreeFolder(folder);
        try {
            reader.node(folder, "", 0);
        } catch (IOException e) {
            throw reader.unreadable(e.toString(), e);
        }
        return reader.writer.toTree(folder.toString());
    }

    private void node(Path at, String name, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw unreadable("nodes more than " + MAX_DEPTH + " deep at " + at, null);
        }
        writer.begin(name);
        List<Path> entries;
        try (Stream<Path> listed = Files.list(at)) {
            entries = listed.sorted().toList();
        }
        for (Path entry : entries) {
            if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
                    && !name(entry).equals(ADDED_BY_KERNEL)) {
                byte[] value = Files.readAllBytes(entry);
                bytes += value.length;
                if (bytes > DeviceTree.MAX_BYTES) {
                    throw unreadable("more than " + DeviceTree.MAX_BYTES + " bytes", null);
                }
                writer.bytes(name(entry), value);
            }
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                node(entry, name(entry), depth + 1);
            }
        }
        writer.end();
    }

    private static String name(Path entry) {
        return String.valueOf(entry.getFileName());
    }

    private FirmwareException unreadable(String found, @Nullable IOException cause) {
        FirmwareException problem = new FirmwareException(
                folder.toString(),
                "",
                "cannot read the device tree",
                "a folder of nodes and properties",
                found,
                "Give the folder of the root node, such as /proc/device-tree");
        if (cause != null) {
            problem.initCause(cause);
        }
        return problem;
    }
}
