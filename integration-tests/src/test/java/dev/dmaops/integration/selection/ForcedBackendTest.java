package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.selection.fixture.SelectionRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backends that a configuration insists on. */
class ForcedBackendTest {
    @Test
    void directCanBeForcedAndThenNothingBounces() {
        SelectionRow row = Rows.like("S001");

        BackendChoice choice = Rows.plan(row.system(), Devices.forced(row.device(), "direct"))
                .devices()
                .getFirst()
                .choice();

        assertThat(choice.backend()).isEqualTo("direct");
        assertThat(choice.bounce()).isEqualTo(BounceMode.ERROR_IF_NEEDED);
        assertThat(choice.pool()).isEqualTo(PoolKind.NONE);
        assertThat(choice.decisions().getLast().rule()).isEqualTo("config.forced-backend");
        assertThat(choice.decisions().getLast().inputs().getFirst().origin()).isEqualTo("board.conf:12");
    }

    @Test
    void theKernelsOwnChoiceMayBeInsistedOn() {
        SelectionRow row = Rows.like("S001");

        assertThat(Rows.plan(row.system(), Devices.forced(row.device(), "swiotlb"))
                        .devices()
                        .getFirst()
                        .choice())
                .isEqualTo(Rows.choice(row));
    }

    @ParameterizedTest
    @CsvSource({
        "S060,xen-pv,CONFIG_SWIOTLB_XEN is n (selection.csv:2)",
        "S001,swiotlb-xen,it does not exist on x86",
        "S102,swiotlb-xen,CONFIG_SWIOTLB_XEN is n (selection.csv:2)",
        "S067,grant-dma,CONFIG_XEN_VIRTIO is n (selection.csv:2 XEN_VIRTIO)",
        "S103,iommu,CONFIG_IOMMU_DMA is n (selection.csv:2 IOMMU_DMA)",
        "S105,swiotlb,CONFIG_SWIOTLB is n (selection.csv:2)"
    })
    void aBackendThatTheKernelCannotHaveIsRefusedWithTheMissingSymbol(String id, String backend, String reason) {
        DmaConfigurationException refused = refusal(Rows.like(id), backend);

        assertThat(refused.problems()).hasSize(1);
        assertThat(refused.problems().getFirst().code()).isEqualTo(DmaErrorCode.BACKEND_NOT_IN_KERNEL);
        assertThat(refused.problems().getFirst().where()).isEqualTo("board.conf:12");
        assertThat(refused).hasMessageContaining(reason).hasMessageContaining(id + " is forced to backend " + backend);
    }

    @ParameterizedTest
    @CsvSource({
        "S002,swiotlb,no bounce pool",
        "S083,iommu,no IOMMU is in front",
        "S067,swiotlb-xen,no Xen domain on Arm",
        "S001,xen-pv,no Xen PV domain"
    })
    void aBackendThatCannotWorkThereIsRefusedWithTheReason(String id, String backend, String reason) {
        DmaConfigurationException refused = refusal(Rows.like(id), backend);

        assertThat(refused.problems().getFirst().code()).isEqualTo(DmaErrorCode.CONFIGURATION);
        assertThat(refused).hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"S024,iommu,DMA", "S021,direct,IDENTITY", "S021,swiotlb,IDENTITY", "S001,direct,NONE"})
    void theDomainFollowsTheForcedBackend(String id, String backend, IommuDomainType domain) {
        SelectionRow row = Rows.like(id);

        assertThat(Rows.plan(row.system(), Devices.forced(row.device(), backend))
                        .devices()
                        .getFirst()
                        .choice()
                        .iommuDomain())
                .isEqualTo(domain);
    }

    @Test
    void allRefusalsComeTogether() {
        SelectionRow row = Rows.like("S001");

        DmaConfigurationException refused = catchThrowableOfType(
                DmaConfigurationException.class,
                () -> Rows.plan(
                        row.system(),
                        Devices.forced(Devices.named(row.device(), "one"), "swiotlb-xen"),
                        Devices.forced(Devices.named(row.device(), "two"), "xen-pv")));

        assertThat(refused.problems()).hasSize(2);
    }

    private static DmaConfigurationException refusal(SelectionRow row, String backend) {
        return catchThrowableOfType(
                DmaConfigurationException.class, () -> Rows.plan(row.system(), Devices.forced(row.device(), backend)));
    }
}
