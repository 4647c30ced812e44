package dev.dmaops.integration.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.conformance.SelfTestOutcome;
import dev.dmaops.firmware.kconfig.BuiltinConfigs;
import dev.dmaops.firmware.kconfig.KernelArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is altered in a recording is noticed: for each kind of file, each kind of row and each result. */
class SelfTestTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "linux/big6g-masks-force.jsonl.gz",
                "linux/content-overrun.jsonl.gz",
                "linux/dmapool-1g.jsonl.gz",
                "linux/coherent-6g.jsonl.gz",
                "linux/sg-force-4096x1.jsonl.gz",
                "linux/edge-size0-force.jsonl.gz",
                "linux/vtd-untrusted-6g.jsonl.gz",
                "linux/vtd-lazy.jsonl.gz",
                "boards/sel_synthetic_plain.jsonl.gz",
                "boards/sel_synthetic_xensmmu.jsonl.gz",
                "extracts/swiotlb-01.json",
                "extracts/swiotlb-sync-01.json",
                "extracts/iommu-sg-01.json",
                "extracts/iova-01.json",
                "extracts/xen-arm-04.json",
                "xen/arm_domu_foreign.jsonl.gz",
                "xen/x86_pv_iommu.jsonl.gz",
                "xen/x86_pv_misc.jsonl.gz",
                "xen/arm_plain_smmu_force.jsonl.gz",
                "dtb/synthetic.dtb",
                "../selection/selection.csv"
            })
    void everyAlterationIsReportedAtItsRow(String name) {
        assertNoneMissed(Recordings.own(name));
    }

    @Test
    void everyAlteredSymbolIsReported(@TempDir Path folder) throws IOException {
        Path config = folder.resolve("config");
        Files.writeString(
                config,
                BuiltinConfigs.of(KernelArchitecture.X86_64).orElseThrow().text());
        assertNoneMissed(config);
    }

    private static void assertNoneMissed(Path file) {
        SelfTestOutcome outcome = Recordings.selfTest(List.of(file)).getFirst();
        assertThat(outcome.missed()).isEmpty();
        assertThat(outcome.untested()).isEmpty();
        assertThat(outcome.altered()).isPositive().isEqualTo(outcome.reported());
    }
}
