package dev.dmaops.integration.selection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The recordings beside the repository, where they exist. */
final class Golden {
    private static final Path ROOT = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"));

    private Golden() {}

    static Path folder(String name) {
        return ROOT.resolve(name);
    }

    static boolean exists(String name) {
        return Files.isDirectory(folder(name));
    }

    static List<Path> files(String folder, String pattern) {
        if (!exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder(folder))) {
            return files.filter(file -> file.getFileName().toString().matches(pattern))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
