package dev.dmaops.backend.swiotlb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Answers of the kernel's own functions: a few travel with the sources, all are used where the recordings are. */
final class Extracts {
    private static final Path OWN = Path.of("src/test/resources/extracts");

    private Extracts() {}

    static List<Path> named(String pattern) {
        Path all = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"), "extracts");
        Path folder = Files.isDirectory(all) ? all : OWN;
        Pattern name = Pattern.compile(pattern);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            name.matcher(Objects.toString(file.getFileName())).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
