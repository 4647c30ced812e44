package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.kconfig.Recomputed.Agreement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KconfigReportTest {
    private static final String ARM64_HEAD = "# Linux/arm64 6.12.117 Kernel Configuration\nCONFIG_ARM64=y\n";

    @Test
    void reportOfACompleteConfigurationReadsWell() {
        KernelConfig config = BuiltinConfigs.of(KernelArchitecture.X86_64).orElseThrow();
        int virtio = config.entry("XEN_VIRTIO").orElseThrow().line();
        assertThat(KconfigText.of(KconfigReport.of(config))).isEqualTo("""
                        builtin:x86_64-debian-6.12.config: Linux 6.12.117 on x86_64 (version from builtin:x86_64-debian-6.12.config:2)

                        backends
                          direct       yes  HAS_DMA
                          swiotlb      yes  HAS_DMA && SWIOTLB
                          swiotlb-xen  no   SWIOTLB_XEN && (ARM || ARM64)
                              missing: ARM or ARM64
                                ARM: no such symbol on x86_64 in Linux 6.12.117
                                ARM64: no such symbol on x86_64 in Linux 6.12.117
                          xen-pv       yes  SWIOTLB_XEN && XEN_PV
                          iommu        yes  IOMMU_DMA || ARM_DMA_USE_IOMMU
                          grant-dma    no   XEN_VIRTIO
                              missing: XEN_VIRTIO
                                XEN_VIRTIO is n, not set at builtin:x86_64-debian-6.12.config:%d

                        139 symbols recomputed: 139 agree, 0 contradict, 0 missing, 0 written differently
                        """.formatted(virtio));
    }

    @Test
    void reportOfAnEditedConfigurationNamesLineValueAndReason() {
        KernelConfig config = edited(KernelArchitecture.X86_64, "CONFIG_XEN_PV=y", "# CONFIG_XEN_PV is not set");
        String text = KconfigText.of(KconfigReport.of(config));
        assertThat(text)
                .contains("""
                          xen-pv       no   SWIOTLB_XEN && XEN_PV
                              missing: XEN_PV
                                SWIOTLB_XEN is n: depends on XEN && (XEN_PV || ARM || ARM64) && ARCH_HAS_DMA_OPS, which is n
                                  XEN_PV is n, not set at edited:%d
                        """.formatted(config.entry("XEN_PV").orElseThrow().line()))
                .contains("139 symbols recomputed: 133 agree, 6 contradict, 0 missing, 0 written differently\n")
                .contains(
                        "  edited:%d SWIOTLB_XEN: expected absent, found y; depends on XEN && (XEN_PV || ARM || ARM64) && ARCH_HAS_DMA_OPS, which is n\n"
                                .formatted(config.entry("SWIOTLB_XEN")
                                        .orElseThrow()
                                        .line()));
    }

    @Test
    void contradictionIsOneErrorWithSymbolLineValueAndReason() {
        KernelConfig config = KernelConfig.parse("c", ARM64_HEAD + "CONFIG_XEN_PV=y\n");
        assertThatThrownBy(() -> KconfigReport.of(config).requireConsistent())
                .isInstanceOf(FirmwareException.class)
                .hasMessage(
                        "c line 3: contradicts the Kconfig rules of Linux 6.12.117 on arm64: expected XEN_PV absent "
                                + "(no such symbol on arm64 in Linux 6.12.117), found y. "
                                + "Run make olddefconfig on the file or correct the line.");
        KernelConfig xen = KernelConfig.parse(
                "c", ARM64_HEAD + "# CONFIG_XEN is not set\nCONFIG_SWIOTLB_XEN=y\nCONFIG_XEN_DOM0=y\n");
        assertThatThrownBy(() -> KconfigReport.of(xen).requireConsistent())
                .isInstanceOf(FirmwareException.class)
                .hasMessage(
                        "c line 5: contradicts the Kconfig rules of Linux 6.12.117 on arm64: expected XEN_DOM0 absent "
                                + "(depends on XEN, which is n), found y. "
                                + "Run make olddefconfig on the file or correct the line; 1 more line contradicts the rules.");
    }

    @Test
    void anIncompleteFileIsConsistentAndItsDerivedSymbolsAreKnown() {
        KernelConfig config = KernelConfig.parse("c", ARM64_HEAD + "CONFIG_XEN=y\n");
        KconfigReport report = KconfigReport.of(config);
        report.requireConsistent();
        assertThat(report.differences())
                .filteredOn(one -> one.symbol().equals("SWIOTLB_XEN"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.agreement()).isEqualTo(Agreement.MISSING);
                    assertThat(one.text()).isEqualTo("c SWIOTLB_XEN: expected y, found absent; default y");
                });
        assertThat(report.backends())
                .filteredOn(BackendGate::possible)
                .extracting(BackendGate::id)
                .containsExactly("direct", "swiotlb", "swiotlb-xen", "iommu");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "XEN=n                       | swiotlb-xen | XEN",
                "IOMMU_SUPPORT=n             | iommu       | IOMMU_SUPPORT",
                "XEN=n                       | grant-dma   | XEN",
                "VIRTIO=n                    | grant-dma   | VIRTIO",
                "OF=n                        | xen-pv      | XEN_PV"
            })
    void whatIsMissingIsTheSymbolThatSomebodyCanChange(String set, String backend, String missing) {
        KernelConfig base = BuiltinConfigs.of(KernelArchitecture.ARM64).orElseThrow();
        String symbol = set.substring(0, set.indexOf('='));
        KernelConfig config = KernelConfig.parse(
                "edited", base.text().replaceAll("CONFIG_" + symbol + "=y\n", "# CONFIG_" + symbol + " is not set\n"));
        assertThat(KconfigReport.of(config).backends())
                .filteredOn(gate -> gate.id().equals(backend))
                .singleElement()
                .satisfies(gate ->
                        assertThat(gate.shortfall().orElseThrow().missing()).containsExactly(missing));
    }

    @Test
    void aPromptlessSymbolNamesWhateverCouldSelectIt() {
        KernelConfig config = KernelConfig.parse("c", """
                # Linux/arm 6.12.107 Kernel Configuration
                CONFIG_ARM=y
                CONFIG_MMU=y
                CONFIG_CPU_V7=y
                CONFIG_CPU_32v7=y
                CONFIG_AEABI=y
                CONFIG_OF=y
                # CONFIG_XEN is not set
                # CONFIG_ARM_LPAE is not set
                """);
        BackendGate swiotlb = KconfigReport.of(config).backends().get(1);
        assertThat(swiotlb.shortfall()).hasValueSatisfying(shortfall -> {
            assertThat(shortfall.summary()).isEqualTo("XEN or ARM_LPAE");
            assertThat(shortfall.missing()).containsExactly("XEN", "ARM_LPAE");
            assertThat(shortfall.reason()).isEqualTo("SWIOTLB is n: nothing that selects it is set");
            assertThat(shortfall.needs())
                    .extracting(Shortfall::reason)
                    .containsExactly("XEN is n, not set at c:8", "ARM_LPAE is n, not set at c:9");
        });
    }

    @Test
    void aGivenVersionBeatsTheHeaderAndIsNoted() {
        KernelConfig config = BuiltinConfigs.of(KernelArchitecture.ARM64).orElseThrow();
        KconfigReport report = KconfigReport.of(config, new KernelVersion(6, 6, 30), "--kernel");
        assertThat(report.notes())
                .containsExactly(
                        "the rules of Linux 6.6 are put together from those of its neighbours; they were not compared with its sources",
                        "the file is one of Linux 6.12.117 (builtin:arm64-debian-6.12.config:2)");
        assertThat(report.versionOrigin()).isEqualTo("--kernel");
        assertThat(report.recomputed())
                .filteredOn(one -> one.symbol().equals("ARCH_HAS_DMA_OPS"))
                .singleElement()
                .extracting(Recomputed::expected)
                .isEqualTo("absent");
    }

    @Test
    void fileWithoutArchitectureOrVersionIsRefused() {
        assertThatThrownBy(() -> KconfigReport.of(KernelConfig.parse("c", "CONFIG_ARM64=y\n")))
                .isInstanceOf(FirmwareException.class)
                .hasMessage("c: cannot tell the version of the kernel: expected a line "
                        + "\"# Linux/ARCH VERSION Kernel Configuration\", found none. Name the kernel version.");
        assertThatThrownBy(() -> KconfigReport.of(
                        KernelConfig.parse("c", "# Linux/riscv 6.12.0 Kernel Configuration\nCONFIG_RISCV=y\n")))
                .isInstanceOf(FirmwareException.class)
                .hasMessage(
                        "c: cannot tell the architecture of the kernel: expected CONFIG_X86_64, CONFIG_X86_32, CONFIG_ARM "
                                + "or CONFIG_ARM64 set to y, found a configuration of Linux/riscv. "
                                + "Give the complete .config of an x86, arm or arm64 kernel.");
    }

    @Test
    void xenAndIommuFollowTheVersion() {
        String x86 = """
                CONFIG_X86_64=y
                CONFIG_64BIT=y
                CONFIG_HYPERVISOR_GUEST=y
                CONFIG_HAVE_STATIC_CALL=y
                CONFIG_PARAVIRT=y
                CONFIG_X86_LOCAL_APIC=y
                CONFIG_X86_TSC=y
                CONFIG_XEN=y
                CONFIG_XEN_PV=y
                """;
        KernelConfig config = KernelConfig.parse("c", x86);
        assertThat(List.of("5.15", "6.1", "6.12", "6.18")).allSatisfy(version -> {
            ResolvedConfig resolved =
                    DmaClosure.resolve(config, KernelVersion.parse(version).orElseThrow());
            assertThat(resolved.tristate("SWIOTLB_XEN")).isEqualTo(Tristate.Y);
            boolean recent =
                    resolved.version().minor() >= 12 && resolved.version().major() == 6;
            assertThat(resolved.tristate("ARCH_HAS_DMA_OPS").isSet()).isEqualTo(recent);
            assertThat(resolved.tristate("DMA_OPS").isSet()).isEqualTo(!recent);
            boolean always = resolved.version().compareTo(new KernelVersion(6, 1, 0)) >= 0;
            assertThat(resolved.tristate("IOMMU_DMA").isSet()).isEqualTo(always);
        });
    }

    private static KernelConfig edited(KernelArchitecture architecture, String line, String replacement) {
        String text = BuiltinConfigs.of(architecture).orElseThrow().text();
        assertThat(text).contains(line + "\n");
        return KernelConfig.parse("edited", text.replace(line + "\n", replacement + "\n"));
    }
}
