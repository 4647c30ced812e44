package dev.dmaops.cli.replay;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A trace as the command was given it. Standard input is kept in a file as long as it is needed: a trace may have to be read twice.
 *
 * @param name how the user knows it
 * @param path where it is
 * @param temporary whether the file goes when this is closed
 */
public record TraceInput(String name, Path path, boolean temporary) implements AutoCloseable {
    /** The file of that name, or standard input for {@code -}. */
    public static TraceInput of(String argument, InputStream standardInput) {
        if (!argument.equals("-")) {
            Path path = Path.of(argument);
            return new TraceInput(argument, path, false);
        }
        try {
            Path copy = Files.createTempFile("dmaops", ".trace");
            Files.copy(standardInput, copy, StandardCopyOption.REPLACE_EXISTING);
            return new TraceInput("standard input", copy, true);
        } catch (IOException e) {
            throw wrong("a trace on standard input and room for a copy of it", e);
        }
    }

    private static DmaConfigurationException wrong(String expected, IOException problem) {
        return new DmaConfigurationException(
                DmaErrorCode.BAD_FILE,
                "standard input",
                "cannot keep the trace: expected " + expected + ", found " + problem.getMessage()
                        + ". Give the trace as a file.");
    }

    @Override
    public void close() {
        if (temporary) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw wrong("to delete the copy", e);
            }
        }
    }
}
