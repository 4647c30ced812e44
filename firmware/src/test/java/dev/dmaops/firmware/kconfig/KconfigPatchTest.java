package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KconfigPatchTest {
    @Test
    void theKTableOfThePatchFollowsFromIndependentValuesAlone() {
        assertThat(PatchCase.all())
                .extracting(
                        one -> one.id() + " " + one.architecture() + " " + one.before() + one.after() + one.recent())
                .containsExactly(
                        "K1 x86_64 nnn",
                        "K2 x86_64 yyy",
                        "K3 x86_64 yyy",
                        "K4 x86_64 ynn",
                        "K5 x86_64 ynn",
                        "K6 x86_32 ynn",
                        "K7 arm nnn",
                        "K8 arm yyy",
                        "K9 arm64 nnn",
                        "K10 arm64 yyy");
        for (PatchCase one : PatchCase.all()) {
            assertThat(PatchCase.swiotlbXen(one, new KernelVersion(6, 1, 0))).isEqualTo(one.after());
            assertThat(PatchCase.swiotlbXen(one, new KernelVersion(6, 18, 0))).isEqualTo(one.recent());
        }
    }

    @Test
    void thePatchTakesSwiotlbXenFromAKernelWithXenButWithoutPv() {
        KernelConfig config = KernelConfig.parse(
                "c",
                BuiltinConfigs.of(KernelArchitecture.X86_64)
                        .orElseThrow()
                        .text()
                        .replace("CONFIG_XEN_PV=y\n", "# CONFIG_XEN_PV is not set\n"));
        String text = KconfigText.of(KconfigPatch.of("2021", config));
        assertThat(text)
                .startsWith("""
                        patch 2021 (Linux 5.15): PCI_XEN stops selecting SWIOTLB_XEN, which now depends on XEN_PV || ARM || ARM64

                        SWIOTLB_XEN: y -> n  depends on XEN && (XEN_PV || ARM || ARM64), which is n
                        XEN_PCIDEV_FRONTEND: m -> n  depends on PCI && XEN_PV, which is n
                        XEN_DOM0: n -> y  set at c:%d  [SWIOTLB_XEN > XEN_DOM0]

                        SWIOTLB_XEN on every kind of kernel
                               arch    inputs                 5.14  5.15, 6.1 6.12
                          K1   x86_64  XEN=n PCI=y            n     n         n
                        """.formatted(config.entry("XEN_DOM0").orElseThrow().line()));
    }

    @Test
    void thePatchLeavesKernelsWithPvAndArmKernelsAlone() {
        for (KernelArchitecture architecture :
                List.of(KernelArchitecture.X86_64, KernelArchitecture.ARM, KernelArchitecture.ARM64)) {
            KconfigPatch patch =
                    KconfigPatch.of("2021", BuiltinConfigs.of(architecture).orElseThrow());
            assertThat(patch.changes()).as("%s", architecture).isEmpty();
            assertThat(patch.backends()).isEmpty();
        }
    }

    @Test
    void anUnknownPatchIsRefused() {
        assertThatThrownBy(() -> KconfigPatch.of(
                        "2020", BuiltinConfigs.of(KernelArchitecture.ARM).orElseThrow()))
                .isInstanceOf(FirmwareException.class)
                .hasMessage("--patch 2020: names no known patch: expected 2021, found 2020. Name one of these.");
    }
}
