package dev.dmaops.cli.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dmaops.firmware.log.KernelLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Verdicts beside what really happened: the first cause of every complaint is the one that a replay of the recording of the same
 * name shows (size above the limit, slots left, longest free run at the refusal), as far as the log alone can tell.
 */
final class RecordedLogsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                // a pool filled up to its last slot on purpose
                "exhaust-2048x1 | dmaoracle.0 3 possible",
                // scatter lists with an element of 300000 bytes in an empty pool
                "sg-force-4096x1 | dmaoracle.0 1 certain",
                "vtd-passthrough-6g | 0000:00:01.0 1 certain, 0000:00:02.0 1 certain",
                "vtd-untrusted-6g | 0000:00:01.0 1 certain",
                // no free run was long enough at any refusal, at 17 % to 60 % free
                "churn-2048x1-full | dmaoracle.0 4 likely",
                "churn-2048x1-occ50 | dmaoracle.0 4 likely",
                "churn-4096x2-2cpu | dmaoracle.0 4 likely",
                "churn-512x1 | dmaoracle.0 4 likely",
                "churn-big | dmaoracle.0 4 likely",
                "churn-2048x1-ma1ff | dmaoracle.0 1 certain, dmaoracle.0 4 likely",
                "churn-2048x1-ma7ff | dmaoracle.0 4 likely, dmaoracle.0 1 certain",
                "churn-2048x1-mafff | dmaoracle.0 1 certain, dmaoracle.0 4 likely",
                // single slots were left of a pool 92 % full
                "churn-small | dmaoracle.0 3 possible",
                // a run of 128 was free whenever devices with a segment boundary of 4 or 16 KiB were refused
                "churn-2048x1-segb | dmaoracle.3 5 likely, dmaoracle.2 5 likely",
                "churn-4096x4-mixed | dmaoracle.4 5 possible, dmaoracle.2 5 likely, dmaoracle.1 1 certain",
                // 11 slots in use, and an alignment of 64 KiB to keep
                "churn-2048x1-maffff | dmaoracle.0 5 likely, dmaoracle.0 1 certain",
                "churn-mixed-6g | dmaoracle.2 5 likely, dmaoracle.5 1 certain, dmaoracle.2 1 certain",
            })
    void theFirstCauseIsWhatTheRecordingShows(String name, String expected) {
        Path log = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"), "dmesg", name + ".txt.gz");
        assumeTrue(Files.isRegularFile(log), "no recorded log at " + log);
        LogDiagnoser diagnoser = new LogDiagnoser();
        long lines = KernelLog.read(log, diagnoser);

        assertThat(diagnoser.diagnosis(name, lines).findings().stream()
                        .filter(finding -> finding.kind().equals("bounce-refused"))
                        .map(finding ->
                                finding.device() + " " + finding.causes().getFirst() + " " + finding.certainty())
                        .collect(Collectors.joining(", ")))
                .isEqualTo(expected);
    }
}
