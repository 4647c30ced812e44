package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.spi.MemoryRange;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Systems that cannot exist are refused before anything is decided. */
class ContradictionsTest {
    @ParameterizedTest
    @CsvSource({
        "S044,XEN_PV=0,a kernel without XEN_PV cannot run in a Xen PV domain",
        "S001,env=xen-arm-dom0,a xen-arm domain does not exist on x86",
        "S067,env=xen-pvh-domu,a xen-pvh domain does not exist on arm64",
        "S067,mem_encrypt=sev,memory encryption sev does not exist on arm64",
        "S001,mem_encrypt=cca,memory encryption cca does not exist on x86",
        "S067,iommu_hw=intel,the IOMMU in front of S067 is intel",
        "S001,iommu_hw=smmu,the IOMMU in front of S001 is smmu"
    })
    void theMessageSaysWhatContradictsWhat(String id, String change, String message) {
        SelectionRow row = Rows.like(id, change);

        DmaConfigurationException refused = catchThrowableOfType(DmaConfigurationException.class, () -> Rows.plan(row));

        assertThat(refused.problems().getFirst().code()).isEqualTo(DmaErrorCode.CONTRADICTORY_CONFIG);
        assertThat(refused).hasMessageContaining(message);
    }

    @Test
    void ramHasToAscendAndNamesHaveToDiffer() {
        SelectionRow row = Rows.like("S001");

        assertThatThrownBy(() -> Rows.plan(
                        Systems.ram(
                                row.system(), Optional.empty(), new MemoryRange(4096, 8192), new MemoryRange(0, 8192)),
                        row.device()))
                .hasMessageContaining("expected ranges in ascending order");
        assertThatThrownBy(() -> Rows.plan(row.system(), row.device(), row.device()))
                .hasMessageContaining("two devices are called \"S001\"");
    }
}
