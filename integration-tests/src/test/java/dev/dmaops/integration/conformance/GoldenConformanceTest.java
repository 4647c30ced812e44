package dev.dmaops.integration.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.conformance.FileOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All recordings at hand: of these kinds nothing may be left. */
class GoldenConformanceTest {
    @Test
    void recordingsOfLinuxMatch() {
        assertComplete(Recordings.replay(Recordings.all("linux", "", ".gz")));
    }

    @Test
    void devicesOfBoardsMatchInAllModes() {
        assertThat(Recordings.replay(Recordings.all("boards", "sel_", ".gz")))
                .allSatisfy(outcome ->
                        assertThat(outcome.mismatches()).as(outcome.line()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"arm_", "x86_"})
    void recordingsOfXenMatch(String prefix) {
        assertComplete(Recordings.replay(Recordings.all("xen", prefix, ".gz")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"swiotlb", "iommu-sg", "iova", "xen-arm"})
    void extractsMatch(String prefix) {
        assertComplete(Recordings.replay(Recordings.all("extracts", prefix, ".json")));
    }

    @Test
    void kernelConfigurationsHaveNoDifference() {
        assertComplete(Recordings.replay(Recordings.all("configs", "config.", ".xz")));
    }

    @Test
    void deviceTreesAgree() {
        assertComplete(Recordings.replay(Recordings.all("dtb", "", ".dtb")));
    }

    private static void assertComplete(List<FileOutcome> outcomes) {
        assertThat(outcomes).isNotEmpty().allSatisfy(outcome -> {
            assertThat(outcome.mismatches()).as(outcome.line()).isEmpty();
            assertThat(outcome.skippedBy()).as(outcome.line()).isEmpty();
            assertThat(outcome.checked()).as(outcome.line()).isPositive();
        });
    }
}
