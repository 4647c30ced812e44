package dev.dmaops.backend.iommu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Recorded answers of single kernel functions: all of them where the golden folder is, else those kept here. */
final class Extracts {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Extracts() {}

    static Stream<Path> named(String pattern) throws IOException {
        Path golden = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"), "extracts");
        Path own = Path.of("src/test/resources/extracts");
        try (Stream<Path> files = Files.list(Files.isDirectory(golden) ? golden : own)) {
            return files.filter(f -> f.getFileName().toString().matches(pattern)).sorted().toList().stream();
        }
    }

    static JsonNode read(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }
}
