package dev.dmaops.conformance;

import dev.dmaops.api.DmaConfigurationException;
import java.nio.file.Path;

/** What came of one file. */
public sealed interface FileResult {
    /**
     * It was replayed.
     *
     * @param outcome the counts
     */
    record Replayed(FileOutcome outcome) implements FileResult {}

    /**
     * It was altered and replayed.
     *
     * @param outcome the counts
     */
    record SelfTested(SelfTestOutcome outcome) implements FileResult {}

    /**
     * It could not be read to its end.
     *
     * @param path the file
     * @param problem what is wrong with it
     */
    record Unreadable(Path path, DmaConfigurationException problem) implements FileResult {}
}
