package dev.dmaops.machine.linux.topology;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks trees that were captured on real kernels. */
final class CapturedTrees {
    private CapturedTrees() {}

    /** The folder that stands for {@code /}. */
    static Path unpack(String name, Path into) throws IOException, InterruptedException {
        Path archive = golden().resolve("sysfs").resolve(name + ".tgz");
        assumeTrue(Files.isReadable(archive), "no captured tree at " + archive);
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", into.toString())
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("tar cannot unpack " + archive);
        }
        return into.resolve("fx");
    }

    private static Path golden() {
        String set = System.getProperty("dmaops.golden");
        return set == null ? Path.of("..", "..", "shared", "golden") : Path.of(set);
    }
}
