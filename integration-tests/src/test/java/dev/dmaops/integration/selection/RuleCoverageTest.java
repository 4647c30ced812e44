package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dmaops.platform.arm.ArmRules;
import dev.dmaops.platform.x86.X86Rules;
import dev.dmaops.selection.PlatformRules;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.devicetree.DeviceTreeDevices;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.Policy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that nothing recorded exercises are either wrong to have or need a reason, and a case made by hand. */
class RuleCoverageTest {
    private static final String OLD = "rows are of 6.12 and later where this matters; VersionDifferencesTest";
    private static final String VENDOR =
            "recordings have no IOMMU of this maker; IommuCasesTest.boardsHaveOtherIommusWithDriversOfTheirOwn";
    private static final String CONFIG = "every recorded kernel is built the other way; ";

    /** Rules that no row of the table and no board comes to: why, and where they are tried. */
    private static final Map<String, String> EXPLAINED = explained();

    static final List<PlatformRules> PROCEDURES = List.of(X86Rules.ALL, ArmRules.ARM64, ArmRules.ARM);

    @Test
    void everyRuleIsExercisedByARowOrABoardOrIsExplained() {
        assumeTrue(Golden.exists("boards"), "the recordings of real boards are not beside this repository");
        Set<String> silent = new TreeSet<>(rules().keySet());
        silent.removeAll(fired());

        assertThat(silent).containsExactlyInAnyOrderElementsOf(EXPLAINED.keySet());
    }

    @Test
    void everyRuleHasAStableIdAWellFormedSourceAndAQuestion() {
        assertThat(rules()).allSatisfy((id, rule) -> {
            assertThat(id).matches("[a-z0-9]+(-[a-z0-9]+)*(\\.[a-z0-9]+(-[a-z0-9]+)*)+");
            assertThat(rule.source()).matches("[a-z][A-Za-z0-9 ._/-]+");
            assertThat(rule.kernels().first())
                    .isLessThanOrEqualTo(rule.kernels().last());
        });
        PROCEDURES.forEach(procedure -> Stream.concat(procedure.system().stream(), procedure.device().stream())
                .forEach(table -> assertThat(table.question()).endsWith("?")));
    }

    @Test
    void noTwoRulesShareAnId() {
        for (PlatformRules procedure : PROCEDURES) {
            assertThat(procedure.rules().map(Rule::id)).doesNotHaveDuplicates();
        }
        // Procedures share rules, never ids of different rules.
        Map<String, Set<Rule>> byId = PROCEDURES.stream()
                .flatMap(PlatformRules::rules)
                .collect(Collectors.groupingBy(Rule::id, TreeMap::new, Collectors.toSet()));
        assertThat(byId).allSatisfy((id, same) -> assertThat(same).hasSize(1));
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new TreeMap<>();
        PROCEDURES.stream().flatMap(PlatformRules::rules).forEach(rule -> rules.put(rule.id(), rule));
        return rules;
    }

    private static Set<String> fired() {
        Set<String> fired = new TreeSet<>();
        for (SelectionRow row : Rows.all()) {
            collect(fired, Rows.plan(row));
            collect(fired, Rows.plan(row.systemWith(new Policy(true, false, false)), row.device()));
        }
        for (Path file : Golden.files("boards", "sel_.*\\.jsonl\\.gz")) {
            BoardRecording board = BoardRecording.read(file);
            List<DeviceDescription> devices = DeviceTreeDevices.of(board.tree()).all();
            collect(fired, Rows.plan(board.system(), devices.toArray(DeviceDescription[]::new)));
        }
        return fired;
    }

    private static void collect(Set<String> fired, PlatformPlan plan) {
        plan.devices().forEach(device -> fired.addAll(Rows.rules(device.choice())));
    }

    private static Map<String, String> explained() {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put("acpi.ranges", "rows have no ACPI windows; LimitCasesTest");
        reasons.put("arm.ops.iommu", "no row has a 32-bit Arm IOMMU; IommuCasesTest");
        reasons.put("arm.ops.plain", OLD);
        reasons.put("arm.xen.legacy-dom0", "rows have a Xen that reports its features; XenCasesTest");
        reasons.put("arm.xen.pool.noforce", "no row forbids the pool of an Arm dom0; XenCasesTest");
        reasons.put("arm.zone.machine", "no row has a 32-bit machine with a zone of its own; PoolCasesTest");
        reasons.put("arm64.zone.none", CONFIG + "PoolCasesTest");
        reasons.put("backend.iommu.arm", "no row has a 32-bit Arm IOMMU; IommuCasesTest");
        reasons.put("backend.none.probe-failed", OLD);
        reasons.put("bounce.iommu.untrusted", "the table's untrusted device is refused; IommuCasesTest");
        reasons.put("bounce.iommu.untrusted-without-pool", "the table's untrusted device is refused; IommuCasesTest");
        reasons.put("grant-dma.no-node-without", "no row has an undescribed virtio device on Arm; XenCasesTest");
        reasons.put("grant-dma.not-built", "rows with virtio devices have XEN_VIRTIO; XenCasesTest");
        reasons.put("iommu.default.cmdline-translate", "no row asks for translation; IommuCasesTest");
        reasons.put("iommu.default.config-passthrough", "the row with that default is encrypted; IommuCasesTest");
        reasons.put("iommu.domain.no-deferred-flush", "every recorded driver can put flushes off; IommuCasesTest");
        reasons.put("iommu.domain.no-dma-api", "rows without IOMMU_DMA have no IOMMU; IommuCasesTest");
        reasons.put("iommu.domain.no-dma-api-identity", "rows without IOMMU_DMA have no IOMMU; IommuCasesTest");
        reasons.put("iommu.domain.untrusted", "the table's untrusted device is refused; IommuCasesTest");
        reasons.put("iommu.domain.untrusted-first", OLD);
        for (String maker : List.of("apple", "exynos", "mediatek", "qcom", "renesas", "rockchip", "sun50i", "tegra")) {
            reasons.put("iommu.driver." + maker, VENDOR);
            reasons.put("iommu.driver." + maker + ".not-built", VENDOR);
        }
        reasons.put("iommu.driver.arm-legacy", "no row has a 32-bit Arm IOMMU; IommuCasesTest");
        reasons.put("iommu.driver.arm-legacy.not-built", "no row has a 32-bit Arm IOMMU; IommuCasesTest");
        reasons.put("iommu.driver.smmu.not-built", CONFIG + "IommuCasesTest");
        reasons.put("iommu.driver.virtio.not-built", CONFIG + "IommuCasesTest");
        reasons.put("iommu.opinion.arm-mapping", "no row has a 32-bit Arm IOMMU; IommuCasesTest");
        reasons.put("iommu.opinion.conflict", "a row is one device, a conflict takes two; IommuCasesTest");
        reasons.put("mask.ops", "no row has ops of 32-bit Arm; VersionDifferencesTest");
        reasons.put("mask.xen.no-pool", "the row without a pool asks for 64 bits; XenCasesTest");
        reasons.put("of.ranges.size", OLD + ", LimitCasesTest");
        reasons.put("of.ranges.zero-size", OLD + ", LimitCasesTest");
        reasons.put("pool.not-built", "the row without SWIOTLB is a board that never asks; PoolCasesTest");
        reasons.put("restricted.behind-iommu", "no row has both; PoolCasesTest");
        reasons.put("restricted.not-built", CONFIG + "PoolCasesTest");
        reasons.put("x86.iommu.amd.iommu-off", "the row with iommu=off has VT-d; IommuCasesTest");
        reasons.put("x86.iommu.amd.not-built", CONFIG + "IommuCasesTest");
        reasons.put("x86.iommu.gart.not-built", CONFIG + "IommuCasesTest");
        reasons.put("x86.iommu.gart.not-needed", "the only row with a GART uses it; IommuCasesTest");
        reasons.put("x86.iommu.intel.measured-launch", "rows have no TXT; IommuCasesTest");
        reasons.put("x86.iommu.intel.opt-in", "rows have no firmware opt-in; IommuCasesTest");
        reasons.put("x86.iommu.intel.opt-in-identity", "rows have no firmware opt-in; IommuCasesTest");
        reasons.put("x86.pool.amd-drops", OLD);
        reasons.put("x86.pool.iommu-soft", "no row asks for it on native hardware; PoolCasesTest");
        reasons.put("x86.xen-pv.iommu-soft", "no row asks for it in a PV domain; VersionDifferencesTest");
        reasons.put("x86.xen-pv.not-built", CONFIG + "XenCasesTest");
        reasons.put("x86.xen-pv.pcifront", "no row has a host-like memory map; VersionDifferencesTest");
        reasons.put("x86.xen-pv.pcifront-late", "no row has a host-like memory map; VersionDifferencesTest");
        return Map.copyOf(reasons);
    }
}
