package dev.dmaops.integration.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says when something is missing; that it works when nothing is, every CI run shows. */
class LauncherTest {
    /** What the script may call; neither Maven nor Java is among them. */
    private static final List<String> TOOLS = List.of("find", "head", "mkdir", "cat", "rm", "readlink", "sleep");

    @TempDir
    private Path folder;

    private Path tree;
    private Path tools;

    record Outcome(int status, String errors) {}

    LauncherTest() {
        tree = Path.of("");
        tools = Path.of("");
    }

    @BeforeEach
    void copyLauncher() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree"));
        tools = Files.createDirectory(folder.resolve("tools"));
        Files.copy(Repository.ROOT.resolve("dmaops"), tree.resolve("dmaops"));
        for (String tool : TOOLS) {
            Path found = Stream.of("/bin", "/usr/bin")
                    .map(place -> Path.of(place, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            executable(tools.resolve(tool), "#!/bin/sh\nexec %s \"$@\"\n".formatted(found));
        }
    }

    private static void executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Outcome launch(String javaHome) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", tree.resolve("dmaops").toString(), "--version");
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("JAVA_HOME", javaHome);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), text);
    }

    @Test
    void sourceTreeWithoutMavenNamesMaven() throws Exception {
        Files.createFile(tree.resolve("pom.xml"));
        Outcome outcome = launch(System.getProperty("java.home"));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.errors()).contains("needs Maven 3.8.1 or newer").contains("Install it");
        assertThat(tree.resolve(".dmaops")).doesNotExist();
    }

    @Test
    void distributionWithoutJarsNamesTheFolder() throws Exception {
        Outcome outcome = launch(System.getProperty("java.home"));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.errors())
                .contains("found no jars in " + tree.toRealPath().resolve("lib"));
    }

    @Test
    void withoutANewJavaItListsTheOldOnes() throws Exception {
        // A launcher that needs a Java which nobody has yet, and an old one to find.
        Path script = tree.resolve("dmaops");
        Files.writeString(script, Repository.read(script).replace("\noldest_java=25\n", "\noldest_java=999\n"));
        Files.createFile(tree.resolve("pom.xml"));
        Path old = folder.resolve("jdk-8");
        Files.createDirectories(old.resolve("bin"));
        executable(old.resolve("bin/java"), "");
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"8.0.1\"\n");
        Outcome outcome = launch(old.toString());
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.errors())
                .contains("needs a JDK 999 or newer")
                .contains(old + " (8)")
                .contains("JAVA_HOME");
    }
}
