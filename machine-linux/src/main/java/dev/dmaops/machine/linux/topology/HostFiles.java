package dev.dmaops.machine.linux.topology;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The files of a host, or of a captured tree of one. A file that is not there, or that this user may not read, is empty: which of
 * the two never matters to a reader here, and a tree does not keep empty folders.
 */
public class HostFiles {
    private final Path root;

    /**
     * Files below a folder.
     *
     * @param root {@code /} for this host
     */
    public HostFiles(Path root) {
        this.root = root;
    }

    /** The folder that stands for {@code /}. */
    public Path root() {
        return root;
    }

    /** Whether these are the files of the host that runs this program. */
    public boolean live() {
        return root.toAbsolutePath().normalize().getNameCount() == 0;
    }

    /** Where a file is. */
    public Path path(String name) {
        return root.resolve(name.substring(1));
    }

    /** Reads a file; every content goes through here. */
    protected byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    /**
     * The bytes of a file.
     *
     * @param name absolute, as on the host
     */
    public Optional<byte[]> bytes(String name) {
        Path file = path(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(file));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The text of a file without blanks and line ends around it. */
    public Optional<String> text(String name) {
        return bytes(name).map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).strip());
    }

    /** The lines of a file; none when it is not there. */
    public List<String> lines(String name) {
        return text(name).map(text -> text.lines().toList()).orElse(List.of());
    }

    /** A decimal or, after {@code 0x}, hexadecimal number in a file; empty when it holds no number. */
    public OptionalLong number(String name) {
        try {
            return text(name).map(text -> OptionalLong.of(Long.decode(text))).orElse(OptionalLong.empty());
        } catch (NumberFormatException noNumber) {
            return OptionalLong.empty();
        }
    }

    /** The last name of what a symbolic link points at; the link may dangle. */
    public Optional<String> link(String name) {
        Path file = path(name);
        if (!Files.isSymbolicLink(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(String.valueOf(Files.readSymbolicLink(file).getFileName()));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Names in a folder, sorted; none when it is not there. */
    public List<String> names(String folder) {
        Path at = path(folder);
        if (!Files.isDirectory(at)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(at)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Whether a file, folder or link is there. */
    public boolean exists(String name) {
        return Files.exists(path(name), LinkOption.NOFOLLOW_LINKS);
    }
}
