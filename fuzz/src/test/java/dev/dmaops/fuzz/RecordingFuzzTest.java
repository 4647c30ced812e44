package dev.dmaops.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dmaops.conformance.Conformance;
import dev.dmaops.conformance.FileResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Recordings and selection tables: replayed, or called unreadable. */
class RecordingFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void recording(byte[] content) throws IOException {
        replay("recording.jsonl", content);
    }

    @FuzzTest(maxDuration = "10m")
    void selectionTable(byte[] content) throws IOException {
        replay("selection.csv", content);
    }

    private static void replay(String name, byte[] content) throws IOException {
        Path folder = Files.createTempDirectory("fuzz");
        Path file = folder.resolve(name);
        try {
            Files.write(file, content);
            List<FileResult> results = new ArrayList<>();
            new Conformance(1, bytes -> {}).replay(List.of(file), results::add);
            if (results.size() != 1) {
                throw new AssertionError("expected one result, found " + results);
            }
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }
}
