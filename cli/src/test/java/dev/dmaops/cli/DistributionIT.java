package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed archive, unpacked elsewhere and started by its own launcher. */
final class DistributionIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @BeforeEach
    void unpack() throws IOException, InterruptedException {
        Path archive = only(Path.of("target"), "dmaops-", ".tar.gz");
        assertThat(run("tar", "-xzf", archive.toAbsolutePath().toString(), "--strip-components=1"))
                .isEmpty();
    }

    @Test
    void playsAScene() throws IOException, InterruptedException {
        assertThat(dmaops("run", "examples/pc-2g.conf", "--ops", "5"))
                .contains("0000:00:17.0  direct ", "0 wrong bytes.")
                .doesNotContain("WARNING");
        assertThat(folder.resolve("lib/dmaops.aot"))
                .as("made by the first start")
                .exists();
    }

    @Test
    void findsBackendsInTheirFolder() throws IOException, InterruptedException {
        Path jar = only(folder.resolve("lib"), "dmaops-backend-iommu-", ".jar");
        Files.move(jar, folder.resolve("backends/theirs.jar"));

        assertThat(dmaops("backends").lines().map(String::strip))
                .anyMatch(line -> line.startsWith("iommu ") && line.contains("theirs.jar"))
                .anyMatch(line -> line.startsWith("swiotlb "));
    }

    /** Tests that run as root become nobody for this one. */
    @Test
    void showsThisMachineToAnOrdinaryUser() throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "no Linux");
        String shown;
        if (Files.readAllLines(Path.of("/proc/self/status")).contains("Uid:\t0\t0\t0\t0")) {
            assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv to become another user with");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            shown = run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "./dmaops", "host");
        } else {
            shown = dmaops("host");
        }

        assertThat(shown)
                .startsWith("this host: ")
                .contains("bounce pool ", "not shown to this user")
                .doesNotContain("Exception", "Permission denied");
    }

    private static Path only(Path where, String start, String end) throws IOException {
        try (Stream<Path> files = Files.list(where)) {
            List<Path> found = files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith(start) && name.endsWith(end);
                    })
                    .toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private String dmaops(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("./dmaops"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }
}
