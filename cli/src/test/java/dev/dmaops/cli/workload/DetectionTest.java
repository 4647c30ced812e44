package dev.dmaops.cli.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DetectionTest {
    private static final BackendChoice CHOICE = new BackendChoice(
            "dev", "direct", BounceMode.NONE, PoolKind.NONE, IommuDomainType.NONE, SetMaskOutcome.OK, List.of());

    private final DeviceTally tally = new DeviceTally();

    @Test
    void whatHadToHappenAndDidNotIsAFinding() {
        tally.detected("it is refused", true);
        assertThat(DeviceReport.of(CHOICE, tally).isClean()).isTrue();

        tally.detected("it is refused", false);

        DeviceReport report = DeviceReport.of(CHOICE, tally);
        assertThat(report.detections()).containsExactly(new Detection("it is refused", 1, 1));
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void wrongBytesAndFaultsAreFindings() {
        tally.mismatchedBytes = 1;
        assertThat(DeviceReport.of(CHOICE, tally).isClean()).isFalse();
        tally.mismatchedBytes = 0;
        tally.faults = 1;
        assertThat(DeviceReport.of(CHOICE, tally).isClean()).isFalse();
    }
}
