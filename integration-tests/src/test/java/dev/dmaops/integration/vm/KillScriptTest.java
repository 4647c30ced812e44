package dev.dmaops.integration.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The guest's script that kills, with words of a shell in place of the JVM: a kill that was none is a failed check. */
@EnabledOnOs(OS.LINUX)
class KillScriptTest {
    @Test
    void aProcessThatIsKilledWhileItRunsIsAPassedCheck() throws Exception {
        BootLog log = killed("echo RUNNING; exec sleep 1000000");

        assertThat(log.passed()).containsExactly("kill: SYSFS: it was killed while its device wrote", "again SYSFS");
        assertThat(log.failed()).isEmpty();
        assertThat(log.done()).containsExactly("kill");
        assertThat(log.counted()).isEqualTo(1);
    }

    @Test
    void aDeviceThatNeverRanIsAFailedCheck() throws Exception {
        BootLog log = killed("echo no such device; exit 3");

        assertThat(log.failed()).containsExactly("kill: SYSFS: its device never ran");
        assertThat(log.done()).containsExactly("kill");
        assertThat(log.counted()).isZero();
    }

    @Test
    void aProcessThatEndedByItselfIsAFailedCheck() throws Exception {
        BootLog log = killed("echo RUNNING; exit 3");

        assertThat(log.failed()).containsExactly("kill: SYSFS: it ended before the kill, with status 3");
        assertThat(log.counted()).isZero();
    }

    @Test
    void everyBootThatKillsCountsTheKill() {
        assertThat(Boot.of("full"))
                .filteredOn(boot -> boot.stages().contains("again"))
                .isNotEmpty()
                .allSatisfy(boot -> assertThat(boot.stages()).containsSubsequence("kill", "again"));
    }

    /**
     * What the script prints.
     *
     * @param hang what the process does that is to be killed
     */
    private static BootLog killed(String hang) throws IOException, InterruptedException {
        Path script = Path.of(System.getProperty("dmaops.root", ".."))
                .resolve("integration-tests/vm/guest/kill.sh")
                .toAbsolutePath();
        Process shell = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "checks() { if [ $1 = hang ]; then " + hang + "; else echo PASS again $2; fi; }; . " + script
                                + "; killed SYSFS")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines;
        try (BufferedReader output = shell.inputReader()) {
            lines = output.lines().toList();
        }
        assertThat(shell.waitFor()).isZero();
        return BootLog.of(lines);
    }
}
