package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.kconfig.Recomputed.Agreement;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules as data, and the rules against real configurations. */
class DmaClosureTest {
    @ParameterizedTest
    @EnumSource
    void everySymbolThatARuleNamesHasAnEntryForSomeArchitecture(KernelArchitecture architecture) {
        for (KernelVersion version : DmaClosure.comparedVersions()) {
            KconfigModel model = DmaClosure.model(architecture, version);
            TreeSet<String> unknown = new TreeSet<>();
            for (String symbol : model.names()) {
                unknown.addAll(model.restsOn(symbol));
                model.rules(symbol).orElseThrow().definitions().forEach(definition -> {
                    definition.selects().forEach(select -> unknown.add(select.target()));
                    definition.implies().forEach(imply -> unknown.add(imply.target()));
                });
            }
            unknown.removeIf(DmaClosure::knows);
            assertThat(unknown).as("%s %s", architecture, version).isEmpty();
        }
    }

    @Test
    void everySymbolOfTheTablesIsInTheClosure() {
        assertThat(DmaClosure.symbols(KernelArchitecture.X86_64, new KernelVersion(6, 12, 117)))
                .contains(
                        "HAS_DMA",
                        "ARCH_HAS_DMA_OPS",
                        "SWIOTLB",
                        "SWIOTLB_XEN",
                        "PCI_XEN",
                        "XEN_DOM0",
                        "XEN_PV_DOM0",
                        "XEN_AUTO_XLATE",
                        "DMA_NEED_SYNC",
                        "IOMMU_DMA",
                        "XEN_VIRTIO",
                        "GART_IOMMU",
                        "ZONE_DMA32")
                .doesNotContain("DMA_OPS", "ARM", "ARM_DMA_USE_IOMMU", "XEN_PCIDEV_STUB");
        assertThat(DmaClosure.symbols(KernelArchitecture.ARM, new KernelVersion(6, 1, 0)))
                .contains("DMA_OPS", "ARM_DMA_USE_IOMMU", "ARM_LPAE", "XEN_PCIDEV_STUB")
                .doesNotContain("ARCH_HAS_DMA_OPS", "XEN_PV", "SWIOTLB_DYNAMIC");
    }

    @Test
    void realConfigurationsAgreeWithTheRulesOnEverySymbol() {
        for (Path file : GoldenConfigs.all()) {
            KconfigReport report = KconfigReport.of(KernelConfig.read(file));
            assertThat(report.differences()).as("%s", file).isEmpty();
            assertThat(report.warnings()).as("%s", file).isEmpty();
            assertThat(report.recomputed()).as("%s", file).hasSizeGreaterThan(100);
            report.requireConsistent();
        }
    }

    /** Without this, a closure that reads everything from the file would pass the test above. */
    @Test
    void derivedSymbolsAreCalculatedWithoutTheirOwnLines() {
        for (Path file : GoldenConfigs.all()) {
            KernelConfig whole = KernelConfig.read(file);
            KconfigModel model = DmaClosure.model(
                    whole.architecture().orElseThrow(), whole.version().orElseThrow());
            KernelConfig inputs = whole.only(name -> model.rules(name)
                    .map(rules -> rules.input() || rules.hasPrompt() || rules.elsewhere())
                    .orElse(false));
            ResolvedConfig resolved = DmaClosure.resolve(
                    Assignments.of(inputs),
                    whole.architecture().orElseThrow(),
                    whole.version().orElseThrow());
            for (ResolvedSymbol symbol : resolved.symbols()) {
                assertThat(Recomputed.of(whole, symbol).agreement())
                        .as("%s %s", file, symbol)
                        .isEqualTo(Agreement.AGREES);
            }
            assertThat(inputs.entry("SWIOTLB")).isEmpty();
            assertThat(inputs.entry("SWIOTLB_XEN")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "amd64_none_amd64, XEN, SWIOTLB_XEN PCI_XEN XEN_DOM0, SWIOTLB IOMMU_DMA ARCH_HAS_DMA_OPS DMA_NEED_SYNC",
        "amd64_none_cloud-amd64, XEN, SWIOTLB_XEN PCI_XEN ARCH_HAS_DMA_OPS, SWIOTLB IOMMU_DMA DMA_OPS_HELPERS",
        "amd64_none_amd64, IOMMU_SUPPORT, IOMMU_DMA INTEL_IOMMU AMD_IOMMU NEED_SG_DMA_FLAGS, SWIOTLB SWIOTLB_XEN IOMMU_IOVA",
        "arm64_none_arm64, XEN, SWIOTLB_XEN ARCH_HAS_DMA_OPS XEN_DOM0, SWIOTLB IOMMU_DMA DMA_OPS_HELPERS DMA_NEED_SYNC",
        "armhf_none_armmp, XEN, SWIOTLB_XEN SWIOTLB ARCH_DMA_ADDR_T_64BIT, ARCH_HAS_DMA_OPS DMA_NEED_SYNC NEED_DMA_MAP_STATE",
        "armhf_none_armmp, MMU, ARM_DMA_IOMMU_ALIGNMENT HAVE_DMA_CONTIGUOUS XEN, HAS_DMA ARCH_HAS_DMA_OPS"
    })
    void oneFlippedIndependentSymbolChangesWhatFollowsFromItAndNothingElse(
            String file, String flipped, String changed, String unchanged) {
        KernelConfig real = KernelConfig.read(GoldenConfigs.named("config." + file + ".xz"));
        KernelConfig mutated = KernelConfig.parse(
                "mutated", real.text().replace("CONFIG_" + flipped + "=y\n", "# CONFIG_" + flipped + " is not set\n"));
        assertThat(mutated.tristate(flipped)).isEqualTo(Tristate.N);
        assertThat(KconfigReport.of(mutated).differences())
                .extracting(Recomputed::symbol)
                .contains(changed.split(" ", -1))
                .doesNotContain(unchanged.split(" ", -1))
                .doesNotContain(flipped);
        assertThatThrownBy(() -> KconfigReport.of(mutated).requireConsistent())
                .isInstanceOf(FirmwareException.class)
                .hasMessageContaining("contradicts the Kconfig rules");
    }

    @Test
    void anEditedDerivedSymbolIsFoundWithItsLine() {
        KernelConfig builtin = BuiltinConfigs.of(KernelArchitecture.ARM64).orElseThrow();
        List<String> derived = KconfigReport.of(builtin).recomputed().stream()
                .filter(one -> one.expected().equals("y"))
                .map(Recomputed::symbol)
                .filter(name -> !DmaClosure.model(KernelArchitecture.ARM64, new KernelVersion(6, 12, 0))
                        .rules(name)
                        .orElseThrow()
                        .hasPrompt())
                .toList();
        assertThat(derived).hasSizeGreaterThan(30).contains("SWIOTLB", "SWIOTLB_XEN", "DMA_NEED_SYNC");
        for (String symbol : derived) {
            KernelConfig edited = KernelConfig.parse(
                    "edited",
                    builtin.text().replace("CONFIG_" + symbol + "=y\n", "# CONFIG_" + symbol + " is not set\n"));
            if (edited.architecture().isEmpty()
                    || DmaClosure.model(KernelArchitecture.ARM64, new KernelVersion(6, 12, 0))
                            .rules(symbol)
                            .orElseThrow()
                            .elsewhere()) {
                continue;
            }
            assertThat(KconfigReport.of(edited).differences()).as("%s", symbol).anySatisfy(one -> {
                assertThat(one.symbol()).isEqualTo(symbol);
                assertThat(one.line())
                        .isEqualTo(edited.entry(symbol).orElseThrow().line());
                assertThat(one.agreement()).isEqualTo(Agreement.CONTRADICTS);
            });
        }
    }

    /** Found with Debian's configurations of 6.1 and 7.2; the releases are those in which the rule changed. */
    @ParameterizedTest
    @CsvSource({
        "6.1,  X86_32=y HIGHMEM64G=y X86_PAE=y,    X86_PAE=y SWIOTLB=y PHYS_ADDR_T_64BIT=y ARCH_DMA_ADDR_T_64BIT=y",
        "6.7,  X86_32=y HIGHMEM4G=y X86_PAE=y,     X86_PAE=n SWIOTLB=n PHYS_ADDR_T_64BIT=n",
        "6.8,  X86_32=y HIGHMEM4G=y X86_PAE=y,     X86_PAE=n SWIOTLB=n",
        "6.8,  X86_32=y X86_HAVE_PAE=y X86_PAE=y,  X86_PAE=y SWIOTLB=y",
        "6.8,  X86_32=y OF=y,                      OF_EARLY_FLATTREE=n OF_RESERVED_MEM=n",
        "6.9,  X86_32=y OF=y,                      OF_EARLY_FLATTREE=y OF_RESERVED_MEM=y OF_FLATTREE=y",
        "6.8,  ARM64=y,                            OF_EARLY_FLATTREE=y OF_RESERVED_MEM=y OF_FLATTREE=y",
        "6.8,  ARM=y MMU=y OF=y USE_OF=y,          OF_EARLY_FLATTREE=y OF_RESERVED_MEM=y OF_FLATTREE=y",
        "5.18, X86_64=y 64BIT=y IOMMU_SVA=y,       IOMMU_SVA=y",
        "6.18, X86_64=y 64BIT=y PCI=y ACPI=y HAVE_CMPXCHG_DOUBLE=y AMD_IOMMU=y, AMD_IOMMU=y IOMMU_IO_PGTABLE=y",
        "6.19, X86_64=y 64BIT=y PCI=y ACPI=y HAVE_CMPXCHG_DOUBLE=y AMD_IOMMU=y, AMD_IOMMU=y IOMMU_IO_PGTABLE=n"
    })
    void rulesFollowTheRelease(String version, String inputs, String expected) {
        KernelConfig config = KernelConfig.parse("c", inputs.replaceAll("(\\w+)=(\\w)\\s*", "CONFIG_$1=$2\n"));
        ResolvedConfig resolved =
                DmaClosure.resolve(config, KernelVersion.parse(version).orElseThrow());
        assertThat(expected.split(" ", -1)).allSatisfy(one -> {
            String symbol = one.substring(0, one.indexOf('='));
            assertThat(resolved.tristate(symbol).isSet()).as(symbol).isEqualTo(one.endsWith("=y"));
        });
    }

    @Test
    void aVersionWithoutRulesIsRefused() {
        assertThatThrownBy(() -> DmaClosure.symbols(KernelArchitecture.ARM, new KernelVersion(5, 10, 3)))
                .isInstanceOf(FirmwareException.class)
                .hasMessage("Linux 5.10.3: cannot apply the Kconfig rules: expected Linux 5.14 or newer, found 5.10.3. "
                        + "Name the version of a kernel that is supported.");
    }

    @Test
    void aGateMayNameSymbolsOutsideOfTheClosure() {
        ResolvedConfig resolved = DmaClosure.resolve(KernelConfig.parse(
                "c", "# Linux/arm64 6.12.0 Kernel Configuration\nCONFIG_ARM64=y\nCONFIG_MY_DRIVER=m\n"));
        assertThat(resolved.allows(Expr.parse("SWIOTLB && MY_DRIVER"))).isTrue();
        assertThat(resolved.allows(Expr.parse("MY_DRIVER && XEN_PV"))).isFalse();
        assertThat(resolved.allows(Expr.parse("OTHER"))).isFalse();
    }
}
