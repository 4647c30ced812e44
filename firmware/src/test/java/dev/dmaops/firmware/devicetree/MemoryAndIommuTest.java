package dev.dmaops.firmware.devicetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryAndIommuTest {
    private static final DeviceTree TREE = DeviceTreeSource.parse("""
            /dts-v1/;
            / {
                #address-cells = <2>; #size-cells = <2>;
                memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x80000000>, <1 0 0 0>; };
                memory@200000000 { device_type = "memory"; reg = <2 0 1 0>; status = "disabled"; };
                hypervisor { compatible = "xen,xen-4.17", "xen,xen"; reg = <0 0x38000000 0 0x1000000>, <8 0 1 0>; };
                reserved-memory {
                    #address-cells = <2>; #size-cells = <2>; ranges;
                    off: off { compatible = "restricted-dma-pool"; size = <0 0x400000>; status = "disabled"; };
                    pool: pool@50000000 { compatible = "restricted-dma-pool"; reg = <0 0x50000000 0 0x400000>; };
                    bad: bad { compatible = "restricted-dma-pool"; size = <0 0x400000>; alignment = <0 0x200000>;
                        alloc-ranges = <0 0x40000000 0 0x10000000>; no-map; reusable; };
                    cma: cma { compatible = "shared-dma-pool"; size = <0 0x1000000>; reusable; linux,cma-default; };
                };
                smmu: iommu { #iommu-cells = <2>; };
                xen: xen_iommu { compatible = "xen,grant-dma"; #iommu-cells = <1>; };
                dev { iommus = <&smmu 1 2>, <0>, <&smmu 3 4>; memory-region = <&cma &off &pool>; };
                virtio@2000000 { compatible = "virtio,mmio"; iommus = <&xen 7>; };
                short { iommus = <&smmu 1>; };
                none { iommus = <&cma 1>; };
                gone { iommus = <77 1>; };
                pcie { memory-region = <&bad>; iommu-map = <0 &xen 5 8>, <0x100 &smmu 0x40 1>; };
                masked { iommu-map-mask = <0xf8>; iommu-map = <8 &smmu 0 0x100>; };
                odd { iommu-map = <0 &smmu 1>; };
            };
            """, "t.dts");

    @Test
    void ramIsWhatAvailableMemoryNodesSay() {
        assertThat(SystemMemory.of(TREE)).containsExactly(new AddressRange(0x40000000L, 0x80000000L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memory@80000000 { device_type = \"memory\"; reg = <0x80000000 0>; };     | 80000000",
                "memory@80000000 { device_type = \"memory\"; reg = <0 0>; };              | 80000000",
                "memory@80000000 { device_type = \"memory\"; };                           | 80000000",
                "memory { device_type = \"memory\"; reg = <0 0>; };                       |",
                "memory@0 { device_type = \"memory\"; reg = <0 0>; };                     | 0",
                "memory@dram { device_type = \"memory\"; };                               |",
                "memory@80000000 { reg = <0x80000000 0>; };                               |",
                "memory@c0000000 { device_type = \"memory\"; reg = <0xc0000000 0>; }; "
                        + "memory@40000000 { device_type = \"memory\"; reg = <0x40000000 0>; }; | 40000000"
            })
    void ramBeginsWhereItsNodeLiesAlsoWhenFirmwareIsToFillInHowMuch(String nodes, String start) {
        DeviceTree tree = DeviceTreeSource.parse(
                "/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; " + nodes + " };", "t.dts");
        assertThat(SystemMemory.start(tree).map(Long::toHexString)).isEqualTo(Optional.ofNullable(start));
        assertThat(SystemMemory.of(tree)).isEmpty();
    }

    @Test
    void theHypervisorNodeTellsVersionAndRegions() {
        XenHypervisor xen = XenHypervisor.of(TREE).orElseThrow();
        assertThat(xen.version()).hasValue("4.17");
        assertThat(xen.regions())
                .containsExactly(
                        new AddressRange(0x38000000L, 0x1000000), new AddressRange(0x800000000L, 0x100000000L));
    }

    @Test
    void theFirstAvailablePoolOfTheDeviceCounts() {
        DeviceTreeNode device = node("/dev");
        RestrictedDmaPool pool =
                RestrictedDmaPool.ofDevice(Optional.of(device), device).orElseThrow();
        assertThat(pool.region().ranges()).containsExactly(new AddressRange(0x50000000L, 0x400000));
        assertThat(pool.usable()).isTrue();
        assertThat(ReservedMemory.namedBy(device))
                .extracting(DeviceTreeNode::baseName)
                .containsExactly("cma", "off", "pool");
    }

    @Test
    void aPciDeviceUsesTheHostBridgesPoolAndForbiddenPropertiesAreNamed() {
        RestrictedDmaPool pool =
                RestrictedDmaPool.ofDevice(Optional.empty(), node("/pcie")).orElseThrow();
        assertThat(pool.forbidden()).containsExactly("reusable", "no-map");
        assertThat(pool.usable()).isFalse();
        assertThat(pool.region().placement())
                .hasValue(new ReservedMemory.Placement(
                        0x400000, 0x200000, List.of(new AddressRange(0x40000000, 0x10000000))));
        assertThat(RestrictedDmaPool.of(TREE)).hasSize(3);
    }

    @Test
    void iommusHaveTheArgumentsTheyAskForAndEmptyEntriesAreLeftOut() {
        assertThat(Iommus.of(node("/dev"))).hasToString("[/iommu[1, 2], /iommu[3, 4]]");
        assertThatThrownBy(() -> Iommus.of(node("/short")))
                .isInstanceOf(FirmwareException.class)
                .hasMessage("t.dts /short: cannot use property iommus: expected 2 cells after the reference to /iommu,"
                        + " found 1 cells. Complete the list (at most 16 arguments each).");
        assertThatThrownBy(() -> Iommus.of(node("/none"))).hasMessageContaining("cma without it");
        assertThatThrownBy(() -> Iommus.of(node("/gone"))).hasMessageContaining("found 0x4d");
    }

    @Test
    void requesterIdsAreTranslatedByTheFirstEntryThatCoversThem() {
        IommuMap map = IommuMap.of(node("/pcie")).orElseThrow();
        assertThat(map.translate(3)).hasValue(new IommuMap.Target(node("/xen_iommu"), 8));
        assertThat(map.translate(0x100)).hasValue(new IommuMap.Target(node("/iommu"), 0x40));
        assertThat(map.translate(0x101)).isEmpty();
        IommuMap masked = IommuMap.of(node("/masked")).orElseThrow();
        assertThat(masked.translate(0xff17)).hasValue(new IommuMap.Target(node("/iommu"), 8));
        assertThatThrownBy(() -> IommuMap.of(node("/odd"))).hasMessageContaining("entries of four cells");
    }

    @Test
    void grantDevicesNameTheirBackendsDomain() {
        DeviceTreeNode virtio = node("/virtio@2000000");
        assertThat(Iommus.isVirtioTransport(virtio)).isTrue();
        assertThat(Iommus.xenGrantDomain(virtio)).hasValue(7);
        assertThat(Iommus.xenGrantDomain(node("/dev"))).isEmpty();
        assertThat(Iommus.xenGrantDomain(node("/pcie"), 2)).hasValue(7);
        assertThat(Iommus.xenGrantDomain(node("/pcie"), 0x100)).isEmpty();
    }

    @Test
    void reservedMemoryWithOtherCellCountsIsRefused() {
        DeviceTree tree = DeviceTreeSource.parse(
                "/dts-v1/; / { #address-cells = <2>; reserved-memory { #address-cells = <1>; ranges; }; };", "t.dts");
        assertThatThrownBy(() -> ReservedMemory.of(tree)).hasMessageContaining("found other cell counts");
    }

    private static DeviceTreeNode node(String path) {
        return TREE.find(path).orElseThrow();
    }
}
