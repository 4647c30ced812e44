package dev.dmaops.machine.linux.topology;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which PCI functions carry storage in use: a mounted file system or swap, directly or through partitions, device mapper and RAID
 * ({@code slaves} folders).
 */
final class Mounts {
    private static final String BLOCKS = "/sys/class/block/";

    private final HostFiles files;

    Mounts(HostFiles files) {
        this.files = files;
    }

    /** What of the function is in use, as {@code nvme0n1p1 on /home}; none when nothing is. */
    List<String> of(String id) {
        List<String> used = new ArrayList<>();
        for (String line : files.lines("/proc/self/mounts")) {
            List<String> words = List.of(line.split(" ", -1));
            if (words.size() > 1 && words.getFirst().startsWith("/dev/")) {
                add(used, words.getFirst(), "on " + words.get(1), id);
            }
        }
        for (String line : files.lines("/proc/swaps")) {
            List<String> words = List.of(line.split("\\s+", -1));
            if (words.getFirst().startsWith("/dev/")) {
                add(used, words.getFirst(), "as swap", id);
            }
        }
        return List.copyOf(used);
    }

    private void add(List<String> used, String node, String how, String id) {
        String block = node.substring(node.lastIndexOf('/') + 1);
        Set<String> below = new LinkedHashSet<>();
        collect(node.startsWith("/dev/mapper/") ? mapped(node).orElse(block) : block, below);
        if (below.stream().anyMatch(name -> isOn(name, id))) {
            used.add(block + " " + how);
        }
    }

    /** The kernel's name of a node of the device mapper. */
    private Optional<String> mapped(String node) {
        String name = node.substring("/dev/mapper/".length());
        return files.names(BLOCKS.substring(0, BLOCKS.length() - 1)).stream()
                .filter(block -> files.text(BLOCKS + block + "/dm/name")
                        .filter(name::equals)
                        .isPresent())
                .findFirst();
    }

    private void collect(String block, Set<String> found) {
        if (found.add(block)) {
            files.names(BLOCKS + block + "/slaves").forEach(slave -> collect(slave, found));
        }
    }

    private boolean isOn(String block, String id) {
        Path link = files.path(BLOCKS + block);
        if (!Files.isSymbolicLink(link)) {
            return false;
        }
        try {
            for (Path part : Files.readSymbolicLink(link)) {
                if (part.toString().equals(id)) {
                    return true;
                }
            }
        } catch (IOException unreadable) {
            return false;
        }
        return false;
    }
}
