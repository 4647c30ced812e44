package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Xen's corners that no row of the table comes to. */
class XenCasesTest {
    private static final Policy WISH = new Policy(true, false, false);

    @ParameterizedTest
    @CsvSource({"1,swiotlb-xen", "0,swiotlb"})
    void anOldXenSaysNothingAndMapsOnlyDom0Directly(String initialDomain, String backend) {
        BackendChoice choice =
                Rows.choice(Rows.like("S083", "f_direct=-", "f_notdirect=-", "initial_domain=" + initialDomain));

        assertThat(choice.backend()).isEqualTo(backend);
    }

    @Test
    void noforceLeavesXenOpsWithoutAPoolAndOnlyFullMasks() {
        BackendChoice wide = Rows.choice(Rows.like("S083", "cmdline=swiotlb=noforce"));
        BackendChoice narrow = Rows.choice(Rows.like("S083", "cmdline=swiotlb=noforce", "mask=32"));

        assertThat(wide.backend()).isEqualTo("swiotlb-xen");
        assertThat(wide.bounce()).isEqualTo(BounceMode.ERROR_IF_NEEDED);
        assertThat(wide.pool()).isEqualTo(PoolKind.NONE);
        assertThat(wide.setMask()).isEqualTo(SetMaskOutcome.OK);
        assertThat(narrow.setMask()).isEqualTo(SetMaskOutcome.EIO);
    }

    @Test
    void aMaskHasToReachThePoolAsTheBusSeesIt() {
        SelectionRow row = Rows.like("S083", "mask=32");
        DeviceDescription shifted = Devices.ranges(
                row.device(), DmaRangeMap.of(List.of(new DmaRange(0x4000_0000L, 0x8_0000_0000L, 0xc000_0000L))));

        assertThat(Rows.choice(row).setMask()).isEqualTo(SetMaskOutcome.OK);
        assertThat(Rows.plan(row.system(), shifted)
                        .devices()
                        .getFirst()
                        .choice()
                        .setMask())
                .isEqualTo(SetMaskOutcome.EIO);
    }

    @ParameterizedTest
    @CsvSource({
        "'',26,EIO",
        "'',27,OK",
        "swiotlb=1024,21,EIO",
        "swiotlb=1024,22,OK",
        "swiotlb=8192,24,EIO",
        "swiotlb=8192,25,OK"
    })
    void aPvPoolLiesInTheLowestMachineMemory(String cmdline, int bits, SetMaskOutcome outcome) {
        assertThat(Rows.choice(Rows.like("S044", "cmdline=" + cmdline, "mask=" + bits))
                        .setMask())
                .isEqualTo(outcome);
    }

    @Test
    void aPvKernelWithoutSwiotlbXenHasNothing() {
        BackendChoice choice = Rows.choice(Rows.like("S044", "ARCH_HAS_DMA_OPS=0"));

        assertThat(choice.backend()).isEqualTo("direct");
        assertThat(choice.pool()).isEqualTo(PoolKind.NONE);
        assertThat(Rows.rules(choice)).contains("x86.xen-pv.not-built");
    }

    @Test
    void aDeviceThatNoFirmwareDescribesGetsNoXenOps() {
        SelectionRow row = Rows.like("S083");

        assertThat(Rows.plan(row.system(), Devices.madeByBoardCode(row.device()))
                        .devices()
                        .getFirst()
                        .choice()
                        .backend())
                .isEqualTo("swiotlb");
    }

    @Test
    void underThePolicyAnIdentityDomainKeepsXenOps() {
        SelectionRow row = Rows.like("S090", "cmdline=iommu.passthrough=1");

        BackendChoice choice = Rows.plan(row.systemWith(WISH), row.device())
                .devices()
                .getFirst()
                .choice();

        assertThat(choice.backend()).isEqualTo("swiotlb-xen");
        assertThat(choice.setMask()).isEqualTo(SetMaskOutcome.OK);
    }

    @Test
    void underThePolicyAVisibleIommuAcceptsMasksAgain() {
        SelectionRow row = Rows.like("S090");

        assertThat(Rows.plan(row.systemWith(WISH), row.device())
                        .devices()
                        .getFirst()
                        .choice()
                        .setMask())
                .isEqualTo(SetMaskOutcome.OK);
    }

    @ParameterizedTest
    @CsvSource({"XEN_VIRTIO=0,grant-dma.not-built", "fw=none,grant-dma.no-node-without", "initial_domain=1,grant-dma.of"
    })
    void grantsNeedTheKernelOptionAndABackendDomain(String change, String rule) {
        assertThat(Rows.rules(Rows.choice(Rows.like("S098", change)))).contains(rule);
    }

    @Test
    void dom0OnX86GrantsNothingForItsOwnVirtioDevices() {
        assertThat(Rows.choice(Rows.like("S057", "initial_domain=1", "env=xen-pv-dom0"))
                        .backend())
                .isEqualTo("xen-pv");
    }
}
