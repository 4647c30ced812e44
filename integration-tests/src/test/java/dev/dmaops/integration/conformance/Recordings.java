package dev.dmaops.integration.conformance;

import dev.dmaops.conformance.Conformance;
import dev.dmaops.conformance.FileOutcome;
import dev.dmaops.conformance.FileResult;
import dev.dmaops.conformance.SelfTestOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The recordings that tests replay: a few that are part of the sources, and all of them where they are at hand. */
final class Recordings {
    private static final Path OWN =
            Path.of(System.getProperty("dmaops.root", "..")).resolve("integration-tests/src/test/resources/recordings");
    private static final Path ALL = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"));

    private Recordings() {}

    /** A file that is part of the sources. */
    static Path own(String name) {
        return OWN.resolve(name);
    }

    /** Files of a folder that are part of the sources, by the end of their name. */
    static List<Path> ownIn(String folder, String suffix) {
        return list(OWN.resolve(folder), "", suffix);
    }

    /** Files of a folder of all recordings; skips the test where there are none. */
    static List<Path> all(String folder, String prefix, String suffix) {
        Assumptions.assumeTrue(Files.isDirectory(ALL), "no recordings at " + ALL.toAbsolutePath());
        return list(ALL.resolve(folder), prefix, suffix);
    }

    private static List<Path> list(Path folder, String prefix, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<FileOutcome> replay(List<Path> files) {
        List<FileOutcome> outcomes = new ArrayList<>();
        new Conformance(3, read -> {}).replay(files, result -> outcomes.add(replayed(result)));
        return outcomes;
    }

    private static FileOutcome replayed(FileResult result) {
        return switch (result) {
            case FileResult.Replayed(FileOutcome outcome) -> outcome;
            case FileResult.Unreadable unreadable -> throw unreadable.problem();
            case FileResult.SelfTested other -> throw new IllegalStateException(other.toString());
        };
    }

    static List<SelfTestOutcome> selfTest(List<Path> files) {
        List<SelfTestOutcome> outcomes = new ArrayList<>();
        new Conformance(0, read -> {}).selfTest(files, result -> outcomes.add(selfTested(result)));
        return outcomes;
    }

    private static SelfTestOutcome selfTested(FileResult result) {
        return switch (result) {
            case FileResult.SelfTested(SelfTestOutcome outcome) -> outcome;
            case FileResult.Unreadable unreadable -> throw unreadable.problem();
            case FileResult.Replayed other -> throw new IllegalStateException(other.toString());
        };
    }

    /** Replays one file, however broken it may be. */
    static FileResult any(Path file) {
        List<FileResult> results = new ArrayList<>();
        new Conformance(0, read -> {}).replay(List.of(file), results::add);
        return results.getFirst();
    }
}
