package dev.dmaops.cli.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.firmware.log.KernelLog;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which cause follows from which samples, and how certain it is. */
final class PoolVerdictTest {
    private final List<String> lines = new ArrayList<>();

    private void full(double seconds, long bytes, long total, long used) {
        lines.add(String.format(
                java.util.Locale.ROOT,
                "[%12.6f] nvme 0000:01:00.0: swiotlb buffer is full (sz: %d bytes), total %d (slots), used %d (slots)",
                seconds,
                bytes,
                total,
                used));
    }

    private Diagnosis diagnosis() {
        return diagnosis(String.join("\n", lines));
    }

    private static Diagnosis diagnosis(String text) {
        LogDiagnoser diagnoser = new LogDiagnoser();
        long count =
                KernelLog.read("log", new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), diagnoser);
        return diagnoser.diagnosis("log", count);
    }

    private Finding only() {
        assertThat(diagnosis().findings()).hasSize(1);
        return diagnosis().findings().getFirst();
    }

    private void assertVerdict(Certainty certainty, Integer... causes) {
        assertThat(only().causes()).containsExactly(causes);
        assertThat(only().certainty()).isEqualTo(certainty);
    }

    @Test
    void moreThanAMappingCanHaveIsCertainFromOneLineAndNeverCalledFull() {
        full(1, 262145, 32768, 32768);

        assertVerdict(Certainty.CERTAIN, 1);
        assertThat(only().cure()).anyMatch(cure -> cure.startsWith("A larger pool does not help"));
    }

    @Test
    void exactlyTheLimitMayBeTooLargeWithPaddingButIsNotCertain() {
        full(1, 262144, 2048, 1000);

        assertVerdict(Certainty.POSSIBLE, 4, 5, 1);
    }

    @Test
    void growthFromMomentToMomentUpToTheTotalIsALeak() {
        full(100, 4096, 32768, 30500);
        full(200, 4096, 32768, 31300);
        full(300, 4096, 32768, 32100);
        full(400, 4096, 32768, 32767);

        assertThat(only().causes().getFirst()).isEqualTo(2);
        assertThat(only().certainty()).isEqualTo(Certainty.LIKELY);
    }

    @Test
    void growthWithinOneBurstOfLinesIsALoadThatBegins() {
        for (int i = 0; i < 10; i++) {
            full(100 + i / 1000.0, 4096, 2048, 1850 + 20 * i);
        }

        assertVerdict(Certainty.POSSIBLE, 3, 2, 4);
    }

    @Test
    void twoMomentsThatRiseDoNotProveALeak() {
        full(100, 4096, 32768, 30500);
        full(200, 4096, 32768, 32767);

        assertThat(only().causes()).startsWith(2, 3);
        assertThat(only().certainty()).isEqualTo(Certainty.POSSIBLE);
    }

    @Test
    void aPoolThatEmptiesBetweenIsALoadTooLarge() {
        full(100, 65536, 32768, 32768);
        full(200, 65536, 32768, 31000);
        full(300, 65536, 32768, 32768);

        assertThat(only().causes().getFirst()).isEqualTo(3);
        assertThat(only().certainty()).isEqualTo(Certainty.LIKELY);
    }

    @Test
    void aPoolFullAtEveryMomentMayAlsoBeALeakThatHasEnded() {
        full(100, 65536, 32768, 32768);
        full(200, 65536, 32768, 32768);
        full(300, 65536, 32768, 32768);

        assertVerdict(Certainty.POSSIBLE, 3, 2);
    }

    @Test
    void oneLineFarBelowTheTotalNamesWhatIsPossible() {
        full(1, 65536, 32768, 16000);

        assertVerdict(Certainty.POSSIBLE, 4, 5);
        assertThat(only().toTell()).anyMatch(look -> look.contains("io_tlb_used") && look.contains("twice"));
    }

    @Test
    void manyLinesFarBelowTheTotalAreFragmentation() {
        full(1, 65536, 32768, 16000);
        full(7, 65536, 32768, 15000);

        assertVerdict(Certainty.LIKELY, 4, 5);
    }

    @Test
    void oneSlotRefusedTwiceInARoomyPoolIsItsPlacement() {
        full(1, 512, 32768, 300);
        assertVerdict(Certainty.LIKELY, 5);
        full(7, 512, 32768, 310);
        assertVerdict(Certainty.CERTAIN, 5);
    }

    @Test
    void samplesOfTwoPoolsDoNotMix() {
        full(100, 4096, 2048, 1900);
        full(200, 4096, 4096, 3900);
        full(300, 4096, 2048, 1880);
        full(400, 4096, 4096, 3880);

        assertThat(diagnosis().findings())
                .hasSize(2)
                .allMatch(finding -> finding.causes().getFirst() == 3);
    }

    @Test
    void samplesOfTwoBootsDoNotMix() {
        full(1000, 4096, 32768, 30500);
        full(2000, 4096, 32768, 31500);
        full(5, 4096, 32768, 32767);

        assertThat(diagnosis().bootCount()).isEqualTo(2);
        assertThat(diagnosis().findings()).extracting(Finding::boot).containsExactly(1, 2);
        assertThat(diagnosis().findings().getLast().causes()).startsWith(3);
    }

    @Test
    void aStrayProcessorClockIsNoNewBoot() {
        full(1000, 4096, 32768, 32000);
        lines.add("[    0.000000] clocksource: not yet set on this processor");
        full(1001, 4096, 32768, 32000);

        assertThat(diagnosis().bootCount()).isEqualTo(1);
        assertThat(only().count()).isEqualTo(2);
    }

    @Test
    void suppressedLinesAreCountedAndBeginAnotherMoment() {
        full(100, 4096, 32768, 32000);
        lines.add("[  105.000000] swiotlb_tbl_map_single: 219 callbacks suppressed");
        full(105.1, 4096, 32768, 32768);

        assertThat(only().suppressed()).isEqualTo(219);
    }

    @Test
    void theCureKeepsAreasAndForceAndSaysWhatTheKernelRoundsTo() {
        lines.add("[    0.000000] Linux version 6.12.1 (a@b)");
        lines.add("[    0.000000] Kernel command line: swiotlb=3000,3,force");
        full(100, 65536, 4096, 4096);

        assertThat(only().cure().getFirst()).contains("swiotlb=8192,3,force", "16 MiB");
    }

    @Test
    void aRestrictedPoolIsEnlargedInTheDeviceTree() {
        lines.add("[    0.000000] Reserved memory: created restricted DMA pool at 0x00000000c0000000, size 4 MiB");
        full(100, 65536, 2048, 2048);

        assertThat(only().cure().getFirst()).contains("restricted-dma-pool", "4 MiB", "8 MiB");
    }

    @Test
    void whateverLinesSayNothingIsThrown() {
        long seed = 20240;
        Random random = new Random(seed);
        String text = "swiotlb buffer is full (sz: 9223372036854775807 bytes), total 1 (slots), used 1 (slots)\n"
                + "swiotlb addr 0xffffffffffffffff+9223372036854775807 overflow (mask 0, bus limit 0).\n"
                + "[99999999.999999] DMAR: [DMA Read] Request device [ff:ff.f] fault addr ffffffffffffffff\n"
                + "Command line: swiotlb=,,,force -- \"\n[    0.000000] Linux version \nDMA-API: device driver [=] [\n"
                + "swiotlb: 99999999999999999999 callbacks suppressed\nx y: swiotlb buffer is full (sz: 0 bytes), total 0"
                + " (slots), used 0 (slots)\n";
        for (int round = 0; round < 3000; round++) {
            StringBuilder log = new StringBuilder(text);
            for (int change = 0; change < 20; change++) {
                int at = random.nextInt(log.length());
                switch (random.nextInt(3)) {
                    case 0 -> log.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> log.insert(at, text, 0, random.nextInt(text.length()));
                    default -> log.delete(at, Math.min(log.length() - 1, at + random.nextInt(20)));
                }
            }
            assertThat(DiagnosisText.of(diagnosis(log.toString())))
                    .as("seed %d round %d", seed, round)
                    .startsWith("log: ");
        }
    }
}
