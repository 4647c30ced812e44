package dev.dmaops.machine.linux.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.topology.HostFiles;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The watcher on a real process that is really killed; a file stands for the configuration space. */
@EnabledOnOs(OS.LINUX)
class DeathWatchTest {
    private static final String ID = "0000:00:05.0";

    @TempDir
    private Path root;

    private Path configuration;

    @BeforeEach
    void aDeviceThatMayDoDma() throws IOException {
        configuration = root.resolve("sys/bus/pci/devices/" + ID + "/config");
        Files.createDirectories(configuration.resolveSibling("x"));
        byte[] bytes = new byte[64];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (0x80 + i);
        }
        bytes[4] = 0x07;
        bytes[5] = 0x01;
        Files.write(configuration, bytes);
    }

    @Test
    void whenTheProcessIsKilledItsDevicesLoseTheRightToDoDmaAndNothingElse() throws IOException {
        byte[] expected = Files.readAllBytes(configuration);
        expected[4] = 0x03;
        Process victim = victim().start();
        long pid;
        try (BufferedReader lines = victim.inputReader()) {
            pid = Long.parseLong(lines.readLine());
            ProcessHandle watcher = ProcessHandle.of(pid).orElseThrow();
            assertThat(Files.readAllBytes(configuration)[4]).isEqualTo((byte) 0x07);

            victim.destroyForcibly().onExit().join();
            watcher.onExit().join();
        }

        assertThat(Files.readAllBytes(configuration)).isEqualTo(expected);
    }

    @Test
    void whenTheMachineIsClosedTheWatcherChangesNothing() throws IOException {
        byte[] before = Files.readAllBytes(configuration);

        DeathWatch watch = DeathWatch.start(new HostFiles(root), List.of(ID), List.of());
        watch.close();

        assertThat(ProcessHandle.of(watch.pid()).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        assertThat(Files.readAllBytes(configuration)).isEqualTo(before);
    }

    @Test
    void aFileOfMemoryThatIsNotOpenStopsTheMachine() {
        HostFiles files = new HostFiles(root);

        assertThatThrownBy(() -> DeathWatch.start(files, List.of(ID), List.of(99_999)))
                .isInstanceOf(DmaHostException.class)
                .hasMessage(
                        "DMA-5001 0000:00:05.0: /bin/sh cannot watch over it for the case that this process is killed: it"
                                + " ended at once. Install a shell with dd and od, or put the device behind an IOMMU.");
        assertThatThrownBy(() -> DeathWatch.start(files, List.of(ID), Collections.nCopies(8, 3)))
                .hasMessageContaining("expected at most 7 files of memory, found 8");
    }

    /** Keys at a terminal, a service that is stopped: such signals go to all processes of a group. */
    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "QUIT", "TERM"})
    void aSignalThatAlsoReachesTheProcessDoesNotEndTheWatcher(String signal) throws Exception {
        Process victim = victim().start();
        try (BufferedReader lines = victim.inputReader()) {
            String pid = lines.readLine();
            ProcessHandle watcher = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " " + pid)
                            .start()
                            .waitFor())
                    .isZero();

            victim.destroyForcibly().onExit().join();
            watcher.onExit().join();
        }

        assertThat(Files.readAllBytes(configuration)[4]).isEqualTo((byte) 0x03);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dd", "od"})
    void aWatcherThatLacksAProgramDoesNotStartAndSaysWhatToInstall(String missing) throws Exception {
        Path programs = Files.createDirectories(root.resolve("bin"));
        for (String program : List.of("dd", "od")) {
            if (!program.equals(missing)) {
                assertThat(Files.createFile(programs.resolve(program)).toFile().setExecutable(true))
                        .isTrue();
            }
        }
        Path errors = root.resolve("errors");
        ProcessBuilder builder = victim().redirectError(errors.toFile());
        builder.environment().put("PATH", programs.toString());
        Process victim = builder.start();
        String printed;
        try (BufferedReader lines = victim.inputReader()) {
            printed = String.valueOf(lines.readLine());
            victim.destroyForcibly().onExit().join();
        }

        assertThat(printed).as("id of a watcher").isEqualTo("null");
        assertThat(Files.readString(errors))
                .contains("it ended at once. Install a shell with dd and od, or put the device behind an IOMMU.");
    }

    @Test
    void aDeviceThatIsGoneWhenTheProcessIsKilledIsLeftOut() throws IOException {
        Process victim = victim().start();
        try (BufferedReader lines = victim.inputReader()) {
            ProcessHandle watcher =
                    ProcessHandle.of(Long.parseLong(lines.readLine())).orElseThrow();
            Files.delete(configuration);

            victim.destroyForcibly().onExit().join();
            watcher.onExit().join();
        }

        assertThat(configuration).doesNotExist();
    }

    private ProcessBuilder victim() {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(
                                File.pathSeparator,
                                "target/test-classes",
                                System.getProperty("jdk.module.path", ""),
                                System.getProperty("java.class.path", "")),
                        Victim.class.getName(),
                        root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** What is killed. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws InterruptedException {
            DeathWatch watch = DeathWatch.start(new HostFiles(Path.of(arguments[0])), List.of(ID), List.of(0));
            System.out.println(watch.pid());
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
