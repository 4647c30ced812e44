package dev.dmaops.integration.command;

import java.nio.file.Path;

/** The folder {@code examples} of the sources. */
final class Examples {
    private Examples() {}

    static Path folder() {
        return Path.of(System.getProperty("dmaops.root", ".."), "examples");
    }
}
