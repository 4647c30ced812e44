package dev.dmaops.firmware.devicetree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlatformDevicesTest {
    private static final DeviceTree TREE = DeviceTreeSource.parse("""
            /dts-v1/;
            / {
                #address-cells = <1>; #size-cells = <1>;
                chosen { fb { compatible = "simple-framebuffer"; }; };
                firmware { scm { compatible = "x"; sub { compatible = "x"; }; }; };
                reserved-memory {
                    #address-cells = <1>; #size-cells = <1>; ranges;
                    ramoops@1000 { compatible = "ramoops"; reg = <0x1000 0x1000>; };
                    pool@2000 { compatible = "restricted-dma-pool"; reg = <0x2000 0x1000>; };
                };
                plain { };
                off { compatible = "simple-bus"; status = "disabled"; dev { compatible = "x"; }; };
                soc {
                    compatible = "Simple-Bus"; #address-cells = <1>; #size-cells = <1>;
                    ranges = <0x7e000000 0xfe000000 0x1000000>;
                    mmc@7e340000 { compatible = "x"; reg = <0x7e340000 0x100>; };
                    gpio { compatible = "x"; sub { compatible = "x"; }; };
                    far@1 { compatible = "x"; reg = <0x1 0x100>; };
                    bit@7e000004 { compatible = "x"; reg = <0x7e000004 4>; mask = <0x10>; };
                    dma@7e007000 { compatible = "arm,pl330", "arm,primecell", "simple-bus"; reg = <0x7e007000 0x100>;
                        child { compatible = "x"; }; };
                    mfd@7e200000 { compatible = "simple-mfd"; reg = <0x7e200000 0x100>; leaf { compatible = "x"; }; };
                    opp { compatible = "operating-points-v2"; };
                };
            };
            """, "t.dts");

    @Test
    void devicesAreMadeInTheOrderOfLinuxWithItsNames() {
        assertThat(PlatformDevices.of(TREE).all())
                .extracting(d -> d.name() + " " + d.bus() + " " + d.step())
                .containsExactly(
                        "1000.ramoops PLATFORM RESERVED_MEMORY",
                        "firmware:scm PLATFORM FIRMWARE",
                        "chosen:fb PLATFORM FRAMEBUFFER",
                        "soc PLATFORM DEFAULT",
                        "fe340000.mmc PLATFORM DEFAULT",
                        "soc:gpio PLATFORM DEFAULT",
                        "soc:far@1 PLATFORM DEFAULT",
                        "fe000004.4.bit PLATFORM DEFAULT",
                        "fe007000.dma AMBA DEFAULT",
                        "fe200000.mfd PLATFORM DEFAULT",
                        "fe200000.mfd:leaf PLATFORM DEFAULT");
    }

    @Test
    void devicesAreFoundByNameAndByNode() {
        PlatformDevices devices = PlatformDevices.of(TREE);
        DeviceTreeNode mmc = TREE.find("/soc/mmc@7e340000").orElseThrow();
        assertThat(devices.named("fe340000.mmc").orElseThrow().node()).isSameAs(mmc);
        assertThat(devices.of(mmc).orElseThrow().name()).isEqualTo("fe340000.mmc");
        assertThat(devices.of(TREE.find("/plain").orElseThrow())).isEmpty();
        assertThat(devices.named("gone")).isEmpty();
        assertThat(Registers.of(mmc)).containsExactly(new AddressRange(0xfe340000L, 0x100));
    }
}
