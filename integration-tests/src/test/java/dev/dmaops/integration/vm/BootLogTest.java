package dev.dmaops.integration.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BootLogTest {
    @Test
    void linesOfTheGuestAreCountedAndNoiseIsNot() {
        BootLog log = BootLog.of(List.of(
                "[    0.1] DMAR: PASS is no check",
                "PASS vfio: registers answer\r",
                "FAIL vfio: interrupts arrive: none",
                "RATE iommu read 40 MiB/s, copy 400 MiB/s",
                "DONE vfio passed=1 failed=1",
                "VM end 12.3 s"));

        assertThat(log.passed()).containsExactly("vfio: registers answer");
        assertThat(log.failed()).containsExactly("vfio: interrupts arrive: none");
        assertThat(log.done()).containsExactly("vfio");
        assertThat(log.rates()).containsExactly("iommu read 40 MiB/s, copy 400 MiB/s");
        assertThat(log.counted()).isEqualTo(1);
        assertThat(log.ended()).isTrue();
    }

    @Test
    void aGuestThatNeverEndedHasNotEnded() {
        assertThat(BootLog.of(List.of("PASS vfio: registers answer")).ended()).isFalse();
    }
}
