package dev.dmaops.firmware;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The recordings of real systems: not part of the repository, so tests that need them are skipped where they are missing. */
public final class Golden {
    private Golden() {}

    /** The file or folder under the recordings; skips the running test if there are none. */
    public static Path path(String relative) {
        Path root = root();
        assumeTrue(
                Files.isDirectory(root),
                "no recordings at " + root.toAbsolutePath() + " (set -Ddmaops.golden or put them there)");
        return root.resolve(relative);
    }

    /** The names in a folder with the given end, sorted; none where the recordings are missing. */
    public static List<String> names(String folder, String end) {
        Path path = root().resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of("(no recordings)");
        }
        try (var files = Files.list(path)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> name.endsWith(end))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JSON objects of a file with one on each line, packed with gzip or not. */
    public static List<Json> lines(String relative) {
        Path path = path(relative);
        try (InputStream file = Files.newInputStream(path);
                InputStream in = relative.endsWith(".gz") ? new GZIPInputStream(file) : file;
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().map(Json::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        String property = System.getProperty("dmaops.golden");
        if (property != null) {
            return Path.of(property);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(".git"))) {
                return at.resolve("../shared/golden").normalize();
            }
        }
        return Path.of("../../shared/golden");
    }
}
