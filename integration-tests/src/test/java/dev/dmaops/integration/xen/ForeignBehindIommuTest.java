package dev.dmaops.integration.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.cli.explain.Explanation;
import dev.dmaops.cli.explain.ExplanationText;
import dev.dmaops.cli.scene.Scene;
import dev.dmaops.cli.scene.ScenePlayer;
import dev.dmaops.cli.scene.SceneText;
import dev.dmaops.cli.workload.WorkloadSettings;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.xen.ForeignPage;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.runtime.assembly.ForeignBehindIommu;
import dev.dmaops.spi.IommuUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dom0 of Linux 6.12 on Arm that sees an SMMU, and a page that another domain granted it. */
final class ForeignBehindIommuTest {
    private static final String DISK = "disk";
    private static final String SEES_SMMU = """
            iommu { behind = [ "disk" ], hardware = smmu }
            devices { "disk" { bus = platform, coherent = yes } }
            """;
    private static final String TRANSLATES = "policy { iommu-translates-foreign = yes }";

    @TempDir
    private Path folder;

    @Test
    void asLinuxDoesItTheTablesHoldTheGuestsAddressAndBothDirectionsGoWrong() {
        try (Dom0 dom0 = Dom0.open(folder, Dom0.ARM, SEES_SMMU)) {
            XenDomain guest = dom0.guest(1, 64);
            ForeignPage page = dom0.map(guest, 0);
            SimPattern.fill(dom0.owned(guest, 0), 3);

            long dma = map(dom0, page);

            assertThat(dom0.device(DISK).choice().backend()).isEqualTo("iommu");
            assertThat(page.machineAddress()).isNotEqualTo(page.physical());
            assertThat(behind(dom0, dma)).isEqualTo(page.physical());
            assertThat(dom0.engine(DISK).mismatches(dma, 4096, 3)).isPositive();
            dom0.engine(DISK).writePattern(dma, 4096, 4);
            unmap(dom0, dma);
            assertThat(SimPattern.mismatches(dom0.owned(guest, 0), 3)).isZero();
            dom0.machine.foreign().unmap(page);
        }
    }

    @Test
    void underThePolicyTheyHoldTheMachineAddressAndEveryByteIsRight() {
        try (Dom0 dom0 = Dom0.open(folder, Dom0.ARM, SEES_SMMU, TRANSLATES)) {
            XenDomain guest = dom0.guest(1, 64);
            ForeignPage page = dom0.map(guest, 0);
            SimPattern.fill(dom0.owned(guest, 0), 3);

            long dma = map(dom0, page);

            assertThat(behind(dom0, dma)).isEqualTo(page.machineAddress());
            assertThat(dom0.engine(DISK).mismatches(dma, 4096, 3)).isZero();
            dom0.engine(DISK).writePattern(dma, 4096, 4);
            unmap(dom0, dma);
            assertThat(SimPattern.mismatches(dom0.owned(guest, 0), 4)).isZero();
            assertThat(SimPattern.mismatches(dom0.seen(page), 4)).isZero();
            dom0.machine.foreign().unmap(page);
        }
    }

    @Test
    void explainAndRunWarnByNameUnlessThePolicyIsOn() throws IOException {
        String name = "warning " + ForeignBehindIommu.RULE;
        Path linux = write("linux.conf", "");
        Path policy = write("policy.conf", TRANSLATES);

        assertThat(ExplanationText.of(Explanation.of(linux)))
                .contains(name + " (disk): Linux maps a page of another domain behind the IOMMU at the address that")
                .contains("  " + ForeignBehindIommu.RULE + ": warning: pages of other domains: wrong memory");
        assertThat(run(linux)).contains(name + ": Linux maps a page").contains("(disk)\n");
        assertThat(ExplanationText.of(Explanation.of(policy)))
                .doesNotContain("warning")
                .contains("  iommu-translates-foreign: pages of other domains: right memory");
        assertThat(run(policy)).doesNotContain("warning");
    }

    private static long map(Dom0 dom0, ForeignPage page) {
        return dom0.device(DISK).mapSingle(page.physical(), 4096, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
    }

    private static void unmap(Dom0 dom0, long dma) {
        dom0.device(DISK).unmapSingle(dma, 4096, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE);
    }

    private static long behind(Dom0 dom0, long dma) {
        return dom0.machine.hook(IommuUnit.class).orElseThrow().domain(DISK).translate(dma);
    }

    private Path write(String name, String policy) throws IOException {
        return Files.writeString(folder.resolve(name), Dom0.ARM + SEES_SMMU + policy);
    }

    private static String run(Path configuration) {
        WorkloadSettings settings = new WorkloadSettings(20, 0, 1);
        return SceneText.of(new ScenePlayer(settings, Optional.empty(), device -> {}).play(Scene.of(configuration)));
    }
}
