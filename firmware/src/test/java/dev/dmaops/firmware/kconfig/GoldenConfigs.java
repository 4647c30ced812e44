package dev.dmaops.firmware.kconfig;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the real kernel configurations, which are other people's files and therefore not in this repository. */
final class GoldenConfigs {
    private GoldenConfigs() {}

    /** {@return every real configuration; the calling test is skipped if there are none} */
    static List<Path> all() {
        List<Path> files = found();
        assumeTrue(
                !files.isEmpty(),
                "no real kernel configurations (set -Ddmaops.golden to the folder of the recordings)");
        return files;
    }

    static Path named(String part) {
        return all().stream()
                .filter(file -> file.getFileName().toString().contains(part))
                .findFirst()
                .orElseGet(() -> {
                    assumeTrue(false, "no real kernel configuration named *" + part + "*");
                    throw new AssertionError(part);
                });
    }

    private static List<Path> found() {
        Path folder = folder().resolve("configs");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".xz"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        String property = System.getProperty("dmaops.golden", "");
        if (!property.isEmpty()) {
            return Path.of(property);
        }
        Path root = Path.of("").toAbsolutePath();
        while (root.getParent() != null && !Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        return root.resolveSibling("shared").resolve("golden");
    }
}
