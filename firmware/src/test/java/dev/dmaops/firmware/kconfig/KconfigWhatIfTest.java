package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KconfigWhatIfTest {
    private static final KernelVersion VERSION = new KernelVersion(6, 12, 117);

    @Test
    void turningOffXenPvShowsEverythingThatFollows() {
        assertThat(KconfigText.of(whatIf(KernelArchitecture.X86_64, Map.of("XEN_PV", "n"))))
                .isEqualTo("""
                        XEN_PV: y -> n  set by --set XEN_PV=n
                        XEN_PV_DOM0: y -> n  depends on HYPERVISOR_GUEST && XEN_PV && XEN_DOM0, which is n  [XEN_PV > XEN_PV_DOM0]
                        SWIOTLB_XEN: y -> n  depends on XEN && (XEN_PV || ARM || ARM64) && ARCH_HAS_DMA_OPS, which is n  [XEN_PV > SWIOTLB_XEN]
                        XEN_HAVE_PVMMU: y -> n  nothing that selects it is set  [XEN_PV > XEN_HAVE_PVMMU]
                        XEN_HAVE_VPMU: y -> n  nothing that selects it is set  [XEN_PV > XEN_HAVE_VPMU]
                        XEN_PCIDEV_FRONTEND: m -> n  depends on PCI && XEN_PV, which is n  [XEN_PV > XEN_PCIDEV_FRONTEND]
                        PARAVIRT_XXL: y -> n  nothing that selects it is set  [XEN_PV > PARAVIRT_XXL]
                        backend xen-pv: is no longer possible, missing XEN_PV
                        """);
    }

    @Test
    void anArm64KernelWithoutXenHasNoDmaOps() {
        KconfigWhatIf whatIf = whatIf(KernelArchitecture.ARM64, Map.of("XEN", "n"));
        assertThat(whatIf.changes())
                .filteredOn(change -> change.symbol().equals("ARCH_HAS_DMA_OPS"))
                .singleElement()
                .satisfies(change -> assertThat(change.chain()).containsExactly("XEN", "ARCH_HAS_DMA_OPS"));
        assertThat(whatIf.changes()).extracting(KconfigChange::symbol).doesNotContain("SWIOTLB", "DMA_OPS_HELPERS");
        assertThat(whatIf.backends()).containsExactly(new BackendChange("swiotlb-xen", true, false, "XEN"));
    }

    @Test
    void severalValuesAreAppliedTogetherAndBackendsAreGained() {
        KconfigWhatIf whatIf =
                whatIf(KernelArchitecture.ARM64, Map.of("XEN_VIRTIO", "y", "XEN_VIRTIO_FORCE_GRANT", "y"));
        assertThat(whatIf.changes())
                .extracting(change -> change.symbol() + "=" + change.after() + " " + String.join(" > ", change.chain()))
                .containsExactly(
                        "XEN_VIRTIO=y XEN_VIRTIO",
                        "XEN_VIRTIO_FORCE_GRANT=y XEN_VIRTIO_FORCE_GRANT",
                        "XEN_GRANT_DMA_OPS=y XEN_VIRTIO > XEN_GRANT_DMA_OPS",
                        "XEN_GRANT_DMA_IOMMU=y XEN_VIRTIO > XEN_GRANT_DMA_IOMMU");
        assertThat(whatIf.backends()).containsExactly(new BackendChange("grant-dma", false, true, ""));
        assertThat(KconfigText.of(whatIf)).endsWith("backend grant-dma: becomes possible\n");
    }

    @Test
    void choosingOneMemberOfAChoiceUnsetsTheOthers() {
        assertThat(whatIf(KernelArchitecture.X86_64, Map.of("IOMMU_DEFAULT_PASSTHROUGH", "y"))
                        .changes())
                .extracting(change -> change.symbol() + " " + change.after())
                .containsExactlyInAnyOrder("IOMMU_DEFAULT_PASSTHROUGH y", "IOMMU_DEFAULT_DMA_LAZY n");
    }

    @Test
    void aValueThatIsAlreadyThereChangesNothing() {
        KconfigWhatIf whatIf = whatIf(KernelArchitecture.ARM64, Map.of("XEN", "y", "CMA_SIZE_MBYTES", "64"));
        assertThat(whatIf.changes()).isEmpty();
        assertThat(KconfigText.of(whatIf)).isEqualTo("nothing changes\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SWIOTLB       | n   | --set SWIOTLB=n: cannot set SWIOTLB: expected a symbol with a prompt, found one that only follows "
                        + "from others: XEN_GARBAGE",
                "NO_SUCH       | y   | --set NO_SUCH=y: cannot set NO_SUCH: expected a symbol of the DMA closure of Linux 6.12.117 on "
                        + "x86_64, found an unknown one. Check the name (without CONFIG_).",
                "ARM_LPAE      | y   | --set ARM_LPAE=y: cannot set ARM_LPAE: expected a symbol of the DMA closure of Linux 6.12.117 on "
                        + "x86_64, found one of another architecture or version. Check the name (without CONFIG_).",
                "XEN           | m   | --set XEN=m: cannot set XEN: expected y or n, found m. Give a value of the symbol's type.",
                "XEN           | yes | --set XEN=yes: cannot set XEN: expected y or n, found yes. Give a value of the symbol's type.",
                "XEN_GNTDEV    | 7   | --set XEN_GNTDEV=7: cannot set XEN_GNTDEV: expected y, m or n, found 7. Give a value of the "
                        + "symbol's type.",
                "CMA_ALIGNMENT | y   | --set CMA_ALIGNMENT=y: cannot set CMA_ALIGNMENT: expected a decimal number, found y. Give a value "
                        + "of the symbol's type.",
                "PCI_MSI       | n   | --set PCI_MSI=n: cannot set PCI_MSI: expected a value that the rules allow, found n where the rules "
                        + "give y (selected by AMD_IOMMU). Change what it rests on too.",
                "X86_PAE       | y   | --set X86_PAE=y: cannot set X86_PAE: expected a value that the rules allow, found y where the rules "
                        + "give absent (depends on X86_32 && X86_HAVE_PAE, which is n). Change what it rests on too."
            })
    void whatCannotBeSetIsRefusedWithTheReason(String symbol, String value, String message) {
        String expected = message.replace(
                "XEN_GARBAGE", "SWIOTLB_XEN, INTEL_IOMMU, AMD_IOMMU, GART_IOMMU, X86_64, X86_PAE. Set one of those.");
        assertThatThrownBy(() -> whatIf(KernelArchitecture.X86_64, Map.of(symbol, value)))
                .isInstanceOf(FirmwareException.class)
                .hasMessage(expected);
    }

    private static KconfigWhatIf whatIf(KernelArchitecture architecture, Map<String, String> requested) {
        return KconfigWhatIf.of(BuiltinConfigs.of(architecture).orElseThrow(), VERSION, requested);
    }
}
