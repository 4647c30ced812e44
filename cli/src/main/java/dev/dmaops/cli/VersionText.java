package dev.dmaops.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: our version as the jar states it, and the Java that runs it. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Objects.requireNonNullElse(
                VersionText.class.getPackage().getImplementationVersion(), "(built from sources)");
        return new String[] {"dmaops " + version, "Java " + Runtime.version()};
    }
}
