package dev.dmaops.selection.devicetree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeSource;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceTreeDevicesTest {
    private static final DeviceTree BOARD = DeviceTreeSource.parse("""
            /dts-v1/;
            / {
                #address-cells = <2>;
                #size-cells = <2>;
                compatible = "test,board";
                memory@80000000 { device_type = "memory"; reg = <0 0x80000000 0 0x40000000>; };
                memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };
                reserved-memory {
                    #address-cells = <2>;
                    #size-cells = <2>;
                    ranges;
                    fixed: wifi@50000000 { compatible = "restricted-dma-pool"; reg = <0 0x50000000 0 0x400000>; };
                    placed: camera { compatible = "restricted-dma-pool"; size = <0 0x200000>; alignment = <0 0x100000>; };
                };
                smmu: iommu@1000 { compatible = "qcom,sdm845-smmu-500", "arm,mmu-500"; reg = <0 0x1000 0 0x1000>; #iommu-cells = <2>; };
                off: iommu@2000 { compatible = "arm,smmu-v3"; reg = <0 0x2000 0 0x1000>; #iommu-cells = <1>; status = "disabled"; };
                grants: grants { compatible = "xen,grant-dma"; #iommu-cells = <1>; };
                soc {
                    compatible = "simple-bus";
                    #address-cells = <1>;
                    #size-cells = <1>;
                    ranges = <0 0 0 0x40000000>;
                    dma-ranges = <0 0 0x40000000 0x40000000>;
                    dma-coherent;
                    mmc@7000 { compatible = "test,mmc"; reg = <0x7000 0x100>; iommus = <&smmu 0x40 0>; };
                    display@8000 { compatible = "qcom,sdm845-mdss"; reg = <0x8000 0x100>; iommus = <&smmu 0x41 0>; };
                    dark@9000 { compatible = "test,dark"; reg = <0x9000 0x100>; iommus = <&off 1>; dma-noncoherent; };
                    wifi@a000 { compatible = "test,wifi"; reg = <0xa000 0x100>; memory-region = <&fixed>; };
                    camera@b000 { compatible = "test,camera"; reg = <0xb000 0x100>; memory-region = <&placed>; };
                };
                virtio@c000 { compatible = "virtio,mmio"; reg = <0 0xc000 0 0x200>; iommus = <&grants 3>; };
                pcie@d000 {
                    compatible = "pci-host-ecam-generic";
                    device_type = "pci";
                    reg = <0 0xd000 0 0x1000>;
                    bus-range = <0 0xff>;
                    #address-cells = <3>;
                    #size-cells = <2>;
                    ranges = <0x02000000 0 0x10000000 0 0x10000000 0 0x10000000>;
                    dma-ranges = <0x02000000 0 0 0 0 0 0xc0000000>;
                    iommu-map = <0x0 &smmu 0x0 0x100>, <0x100 &smmu 0x500 0x100>;
                    pcie@0,0 {
                        device_type = "pci";
                        reg = <0x0000 0 0 0 0>;
                        bus-range = <1 1>;
                        #address-cells = <3>;
                        #size-cells = <2>;
                        ranges;
                        external-facing;
                        dock@0,0 { compatible = "pci1234,5678"; reg = <0x10000 0 0 0 0>; };
                    };
                    net@1,0 { compatible = "pci1af4,1041"; reg = <0x0800 0 0 0 0>; };
                };
            };
            """, "board.dts");

    private final DeviceTreeDevices devices = DeviceTreeDevices.of(BOARD);

    @Test
    void platformDevicesAreNamedAsInSysfsAndFoundByNodeToo() {
        assertThat(devices.platformDevices())
                .extracting(DeviceDescription::id)
                .contains("7000.mmc", "c000.virtio", "d000.pcie", "soc")
                .doesNotContain("2000.iommu");
        assertThat(devices.find("/soc/mmc@7000")).isEqualTo(devices.find("7000.mmc"));
        assertThat(devices.find("7000.mmx")).isEmpty();
    }

    @Test
    void windowsAndCoherenceComeFromTheBusWithTheirNode() {
        DeviceDescription mmc = device("7000.mmc");

        assertThat(mmc.ranges())
                .contains(new Sourced<>(
                        DmaRangeMap.of(List.of(new DmaRange(0x4000_0000L, 0, 0x4000_0000L))),
                        "board.dts /soc dma-ranges"));
        assertThat(mmc.coherent()).contains(new Sourced<>(true, "board.dts /soc dma-coherent"));
        assertThat(device("9000.dark").coherent())
                .contains(new Sourced<>(false, "board.dts /soc/dark@9000 dma-noncoherent"));
        assertThat(device("c000.virtio").coherent()).isEmpty();
        assertThat(device("soc").ranges()).isEmpty();
    }

    @Test
    void theIommuIsKnownByWhatItIsCompatibleWith() {
        assertThat(device("7000.mmc").iommu())
                .contains(new IommuAttachment(
                        Hardware.SMMU, DriverWish.NONE, true, 0x40, "board.dts /soc/mmc@7000 iommus"));
    }

    @Test
    void qualcommsSmmuKeepsADisplayThatFirmwareLeftRunning() {
        assertThat(device("8000.display").iommu().orElseThrow().driverWish()).isEqualTo(DriverWish.IDENTITY);
    }

    @Test
    void aDisabledIommuStandsInFrontOfNothing() {
        assertThat(device("9000.dark").iommu()).isEmpty();
    }

    @Test
    void aVirtioTransportWithXensPseudoIommuUsesGrants() {
        DeviceDescription virtio = device("c000.virtio");

        assertThat(virtio.virtio()).isTrue();
        assertThat(virtio.grantDma()).isTrue();
        assertThat(virtio.iommu()).isEmpty();
        assertThat(device("7000.mmc").grantDma()).isFalse();
    }

    @Test
    void aRestrictedPoolLiesWhereTheTreeSaysOrAsHighAsItMay() {
        assertThat(device("a000.wifi").restrictedPool().orElseThrow().region())
                .isEqualTo(new MemoryRange(0x5000_0000L, 0x40_0000));
        assertThat(device("b000.camera").restrictedPool().orElseThrow().region())
                .isEqualTo(new MemoryRange(0xbfe0_0000L, 0x20_0000));
        assertThat(device("7000.mmc").restrictedPool()).isEmpty();
    }

    @Test
    void pciFunctionsAreDescribedByTheirHostBridge() {
        DeviceDescription net = device("0000:00:01.0");

        assertThat(net.bus()).isEqualTo(Bus.PCI);
        assertThat(net.node()).isEqualTo("/pcie@d000/net@1,0");
        assertThat(net.virtio()).isTrue();
        assertThat(net.constraints()).isEqualTo(DmaConstraints.PCI);
        assertThat(net.ranges().orElseThrow().value().ranges()).containsExactly(new DmaRange(0, 0, 0xc000_0000L));
        assertThat(net.iommu().orElseThrow().streamId()).isEqualTo(8);
        assertThat(net.untrusted().value()).isFalse();
    }

    @Test
    void whatIsBelowAnExternalPortIsNotTrustedListedOrNot() {
        DeviceDescription dock = device("0000:01:00.0");
        Optional<DeviceDescription> guest = devices.pciFunction("0000:01:02.3");

        assertThat(dock.untrusted()).isEqualTo(new Sourced<>(true, "board.dts /pcie@d000/pcie@0,0 external-facing"));
        assertThat(dock.iommu().orElseThrow().streamId()).isEqualTo(0x500);
        assertThat(guest.orElseThrow().untrusted().value()).isTrue();
        assertThat(guest.orElseThrow().iommu().orElseThrow().streamId()).isEqualTo(0x513);
        assertThat(guest.orElseThrow().node()).isEqualTo("/pcie@d000");
    }

    @Test
    void aFunctionThatNoEntryOfTheMapCoversBypassesTheIommu() {
        assertThat(devices.pciFunction("0000:02:00.0").orElseThrow().iommu()).isEmpty();
    }

    @Test
    void anAddressWithoutHostBridgeOrOutOfShapeIsNobody() {
        assertThat(devices.pciHosts()).containsExactly("/pcie@d000");
        assertThat(devices.pciFunction("0001:00:00.0")).isEmpty();
        assertThat(devices.pciFunction("0000:00:20.0")).isEmpty();
        assertThat(devices.pciFunction("eth0")).isEmpty();
        assertThat(devices.pciFunction("0000:00:01.0")).contains(device("0000:00:01.0"));
    }

    @Test
    void ramIsSortedAndJoinedAndTheNarrowestBusLimitsTheZone() {
        assertThat(DeviceTreeMemory.ram(BOARD)).containsExactly(new MemoryRange(0x4000_0000L, 0x8000_0000L));
        assertThat(DeviceTreeDevices.dmaLimit(BOARD)).contains(0x7fff_ffffL);
    }

    private DeviceDescription device(String id) {
        return devices.find(id).orElseThrow(() -> new AssertionError(id));
    }
}
