package dev.dmaops.integration.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The source tree that this build runs in. */
final class Repository {
    /** Its root, from the build ({@code dmaops.root}) or, started by hand in this module's folder, the folder above. */
    static final Path ROOT =
            Path.of(System.getProperty("dmaops.root", "..")).toAbsolutePath().normalize();

    private Repository() {}

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Folders with a pom directly below the root. */
    static List<String> foldersWithPom() {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> examples = Files.list(ROOT.resolve("examples"))) {
            // The consumer is a project of its own, built from installed artifacts.
            return Stream.concat(
                            top,
                            examples.filter(
                                    folder -> !folder.getFileName().toString().equals("consumer")))
                    .filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .map(folder -> ROOT.relativize(folder).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Java sources below a folder of the repository, empty when it does not exist. */
    static List<Path> javaFiles(String folder) {
        Path start = ROOT.resolve(folder);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(start)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
