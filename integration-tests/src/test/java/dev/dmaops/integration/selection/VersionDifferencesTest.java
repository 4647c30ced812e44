package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.spi.PoolPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changed from 5.15 to 6.18, topic by topic. The rows named here are those of the project's table. */
class VersionDifferencesTest {
    @ParameterizedTest
    @CsvSource({"5.15,xen-pv", "6.1,direct", "6.12,direct", "6.18,direct"})
    void swiotlbForceGivesAPvGuestXenOpsUntil518(String kernel, String backend) {
        assertThat(Rows.choice(Rows.like("S052", "kernel=" + kernel)).backend()).isEqualTo(backend);
    }

    @ParameterizedTest
    @CsvSource({"5.15", "6.1", "6.12", "6.18"})
    void iommuSoftGivesAPvGuestXenOps(String kernel) {
        BackendChoice choice = Rows.choice(Rows.like("S050", "kernel=" + kernel, "cmdline=iommu=soft"));

        assertThat(choice.backend()).isEqualTo("xen-pv");
        assertThat(choice.pool()).isEqualTo(PoolKind.DEFAULT_XEN_REMAPPED);
        assertThat(Rows.rules(choice)).contains("x86.xen-pv.iommu-soft");
    }

    @ParameterizedTest
    @CsvSource({
        "5.15,DEFAULT_LATE_XEN_REMAPPED",
        "6.1,DEFAULT_LATE_XEN_REMAPPED",
        "6.12,DEFAULT_XEN_REMAPPED",
        "6.18,DEFAULT_XEN_REMAPPED"
    })
    void thePciFrontEndBringsThePoolLateUntil65AndAtBootSince(String kernel, PoolKind pool) {
        BackendChoice choice = Rows.choice(Rows.like("S050", "kernel=" + kernel, "pv_pci_possible=1"));

        assertThat(choice.backend()).isEqualTo("xen-pv");
        assertThat(choice.pool()).isEqualTo(pool);
    }

    @Test
    void thePciFrontEndAloneOrAHostLikeMemoryMapAloneIsNotEnough() {
        assertThat(Rows.choice(Rows.like("S050", "pv_pci_possible=1", "XEN_PCIDEV_FRONTEND=0"))
                        .backend())
                .isEqualTo("direct");
        assertThat(Rows.choice(Rows.like("S050", "kernel=6.1", "XEN_PCIDEV_FRONTEND=0", "pv_pci_possible=1"))
                        .backend())
                .isEqualTo("direct");
    }

    @Test
    void aLatePvPoolIsForbiddenByNoforceButTheOpsStay() {
        BackendChoice choice =
                Rows.choice(Rows.like("S050", "kernel=6.1", "pv_pci_possible=1", "cmdline=swiotlb=noforce", "mask=32"));

        assertThat(choice.backend()).isEqualTo("xen-pv");
        assertThat(choice.pool()).isEqualTo(PoolKind.NONE);
        assertThat(choice.setMask()).isEqualTo(SetMaskOutcome.EIO);
    }

    @ParameterizedTest
    @CsvSource({"5.15,swiotlb-xen,OK", "6.1,swiotlb-xen,OK", "6.12,iommu,EIO", "6.18,iommu,EIO"})
    void xenOpsOverwriteTheIommuUntil611AndTheFlagWinsSince612(String kernel, String backend, SetMaskOutcome mask) {
        BackendChoice choice = Rows.choice(Rows.like("S090", "kernel=" + kernel));

        assertThat(choice.backend()).isEqualTo(backend);
        assertThat(choice.iommuDomain()).isEqualTo(IommuDomainType.DMA);
        assertThat(choice.setMask()).isEqualTo(mask);
    }

    @ParameterizedTest
    @CsvSource({"5.15,NONE", "6.1,NONE", "6.12,DEFAULT", "6.18,DEFAULT"})
    void arm64HasAPoolForSmallBuffersSince65(String kernel, PoolKind pool) {
        String kmalloc = pool == PoolKind.NONE ? "0" : "1";

        BackendChoice choice = Rows.choice(Rows.like("S068", "kernel=" + kernel, "KMALLOC_BOUNCE=" + kmalloc));

        assertThat(choice.pool()).isEqualTo(pool);
        assertThat(choice.bounce()).isEqualTo(pool == PoolKind.NONE ? BounceMode.ERROR_IF_NEEDED : BounceMode.POSSIBLE);
    }

    @Test
    void aDom0WithoutBootPoolGetsALateOneOfTheLargestBlock() {
        var plan = Rows.plan(Rows.like("S083", "kernel=6.1", "KMALLOC_BOUNCE=0", "ram_above_limit=0"));

        assertThat(plan.pool().kind()).isEqualTo(PoolKind.DEFAULT_LATE);
        assertThat(plan.pool().slots()).isEqualTo(2048);
        assertThat(plan.devices().getFirst().choice().pool()).isEqualTo(PoolKind.DEFAULT_LATE);
    }

    @ParameterizedTest
    @CsvSource({"6.12,POSSIBLE", "6.18,FORCED"})
    void aRealmForcesThePoolSince613(String kernel, BounceMode bounce) {
        assertThat(Rows.choice(Rows.like("S078", "kernel=" + kernel)).bounce()).isEqualTo(bounce);
    }

    @ParameterizedTest
    @CsvSource({"5.15,NONE", "6.1,DEFAULT", "6.12,DEFAULT", "6.18,DEFAULT"})
    void theAmdDriverDropsThePoolUntil518(String kernel, PoolKind pool) {
        assertThat(Rows.choice(Rows.like("S043", "kernel=" + kernel)).pool()).isEqualTo(pool);
    }

    @ParameterizedTest
    @CsvSource({"cmdline=iommu=pt", "mem_encrypt=sme", "cmdline=swiotlb=force", "iommu_hw=intel"})
    void thePoolStaysOn515WithPassThroughSmeForceOrIntel(String change) {
        assertThat(Rows.choice(Rows.like("S043", "kernel=5.15", change)).pool()).isEqualTo(PoolKind.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"5.15,NONE,arm.ops.plain", "6.1,ERROR_IF_NEEDED,dispatch.direct"})
    void arm32WithoutLpaeHasOpsThatNeverBounceUntil519(String kernel, BounceMode bounce, String rule) {
        BackendChoice choice = Rows.choice(Rows.like("S105", "kernel=" + kernel, "mask=24"));

        assertThat(choice.backend()).isEqualTo("direct");
        assertThat(choice.bounce()).isEqualTo(bounce);
        assertThat(choice.setMask()).isEqualTo(bounce == BounceMode.NONE ? SetMaskOutcome.OK : SetMaskOutcome.EIO);
        assertThat(Rows.rules(choice)).contains(rule);
    }

    @ParameterizedTest
    @CsvSource({"6.1,DMA", "6.6,DMA", "6.12,REFUSED"})
    void anUntrustedDeviceWhoseDriverWantsIdentityIsRefusedSince67(String kernel, IommuDomainType domain) {
        assertThat(Rows.choice(Rows.like("S030", "kernel=" + kernel)).iommuDomain())
                .isEqualTo(domain);
    }

    @Test
    void areasCameWith60() {
        PoolPlan old = Rows.plan(Rows.like("S001", "kernel=5.15", "cmdline=swiotlb=32768,4,force"))
                .pool();
        PoolPlan now = Rows.plan(Rows.like("S001", "kernel=6.1", "cmdline=swiotlb=32768,4,force"))
                .pool();

        assertThat(old.areas()).isEqualTo(1);
        assertThat(now.areas()).isEqualTo(4);
        // 5.15 reads the areas as rubbish in place of the keyword.
        assertThat(old.forced()).isFalse();
        assertThat(now.forced()).isTrue();
    }
}
