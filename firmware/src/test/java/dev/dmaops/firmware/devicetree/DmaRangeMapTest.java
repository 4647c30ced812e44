package dev.dmaops.firmware.devicetree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DmaRangeMapTest {
    @Test
    void bcm2711DevicesReachTheFirstGigabyteAtAnOffset() {
        DeviceTree tree = source("soc { dma-ranges = <0xc0000000 0 0 0x40000000>; dev { }; };");
        assertThat(windows(tree, "/soc/dev"))
                .isEqualTo("/soc [cpu 0x0 dma 0xc0000000 size 0x40000000] last 0xffffffff");
        assertThat(DmaRangeMap.highestCommonCpuAddress(tree)).hasValue(0x3fffffff);
    }

    @Test
    void pciDevicesStartAtTheirHostBridge() {
        DeviceTree tree = source("pcie@1 { device_type = \"pci\"; #address-cells = <3>; #size-cells = <2>;"
                + " dma-ranges = <0x02000000 0 0 0 0 0 0xc0000000>; };");
        DeviceTreeNode bridge = tree.find("/pcie@1").orElseThrow();
        assertThat(DmaRangeMap.ofDevice(bridge)).isInstanceOf(DmaRangeMap.Absent.class);
        assertThat(text(DmaRangeMap.ofBus(bridge)))
                .isEqualTo("/pcie@1 [cpu 0x0 dma 0x0 size 0xc0000000] last 0xbfffffff");
        assertThat(DmaRangeEntry.of(bridge).orElseThrow())
                .containsExactly(new DmaRangeEntry(OptionalLong.of(0x02000000), 0, 0, 0xc0000000L));
    }

    @Test
    void emptyRangesAndAMissingPropertyAtTheFirstBusAreWalkedPast() {
        DeviceTree tree = source("soc { dma-ranges = <0x80000000 0 0 0x1000>;"
                + " none { dev { }; }; empty { dma-ranges; dev { }; none { dev { }; }; }; };");
        assertThat(windows(tree, "/soc/none/dev")).startsWith("/soc [cpu 0x0 dma 0x80000000");
        assertThat(windows(tree, "/soc/empty/dev")).startsWith("/soc [cpu 0x0 dma 0x80000000");
        assertThat(windows(tree, "/soc/empty/none/dev")).startsWith("/soc [cpu 0x0 dma 0x80000000");
    }

    @Test
    void aMissingPropertyAtALaterBusEndsTheSearch() {
        DeviceTree tree = source(
                "soc { dma-ranges = <0x80000000 0 0 0x1000>; none { inner { dev { }; }; none { dev { }; }; }; };");
        assertThat(windows(tree, "/soc/none/inner/dev"))
                .isEqualTo("Absent[reason=no dma-ranges at /soc/none, which ends the search]");
    }

    @Test
    void parentsTranslateOnAndAMissingPropertyThereTranslatesNothing() {
        DeviceTree tree = source("soc { dma-ranges = <0x10000000 0x8 0 0x40000000>;"
                + " mid { inner { dma-ranges = <0 0x10001000 0x1000>; dev { }; }; }; };");
        assertThat(windows(tree, "/soc/mid/inner/dev"))
                .isEqualTo("/soc/mid/inner [cpu 0x800001000 dma 0x0 size 0x1000] last 0xfff");
    }

    @Test
    void anEntryOutsideTheParentsWindowDoesNotCount() {
        DeviceTree tree = source("soc { dma-ranges = <0x10000000 0 0 0x1000>;"
                + " bus { dma-ranges = <0 0x10000000 0x1000 0x1000 0x20000000 0x1000>; dev { }; };"
                + " bad { dma-ranges = <0 0x20000000 0x1000>; dev { }; }; };");
        assertThat(windows(tree, "/soc/bus/dev")).isEqualTo("/soc/bus [cpu 0x0 dma 0x0 size 0x1000] last 0xfff");
        assertThat(windows(tree, "/soc/bad/dev")).startsWith("Broken[bus=/soc/bad, reason=no entry");
    }

    @Test
    void entriesThatContinueEachOtherAreJoinedAndASizeOfZeroEndsTheList() {
        DeviceTree tree =
                source("a { dma-ranges = <0 0 0 0x1000 0x1000 0 0x1000 0x1000 0x3000 0 0x2000 0x1000>; dev { }; };"
                        + " z { dma-ranges = <0 0 0 0>; dev { }; };"
                        + " m { dma-ranges = <0 0 0 0x1000 0x8000 0 0 0 0x9000 0 0x9000 0x1000>; dev { }; };");
        assertThat(windows(tree, "/a/dev"))
                .isEqualTo("/a [cpu 0x0 dma 0x0 size 0x2000, cpu 0x2000 dma 0x3000 size 0x1000] last 0x3fff");
        assertThat(windows(tree, "/z/dev")).isEqualTo("/z [] last -");
        assertThat(windows(tree, "/m/dev")).isEqualTo("/m [cpu 0x0 dma 0x0 size 0x1000] last 0xfff");
    }

    @Test
    void aPathToMemoryMayLeadThroughAnInterconnect() {
        DeviceTree tree = source("mc: mc { #interconnect-cells = <1>; dma-ranges = <0 0 0 0x1000>; dma-coherent; };"
                + " soc { dma-ranges = <0 0 0 0x2000>;"
                + " dev { interconnects = <&mc 1 &mc 2>; interconnect-names = \"x\", \"dma-mem\"; };"
                + " lost { interconnects = <99 2>; interconnect-names = \"dma-mem\"; }; };");
        assertThat(windows(tree, "/soc/dev")).startsWith("/mc [cpu 0x0 dma 0x0 size 0x1000]");
        assertThat(windows(tree, "/soc/lost")).startsWith("/soc [cpu 0x0 dma 0x0 size 0x2000]");
        assertThat(DmaCoherence.of(tree.find("/soc/dev").orElseThrow())
                        .node()
                        .orElseThrow()
                        .path())
                .isEqualTo("/mc");
        assertThat(DmaParents.chain(tree.find("/soc/dev").orElseThrow()))
                .extracting(DeviceTreeNode::path)
                .containsExactly("/mc", "/");
    }

    @Test
    void disabledBusesDoNotBoundTheZone() {
        DeviceTree tree = source("off { status = \"disabled\"; dma-ranges = <0 0 0 0x1000>;"
                + " in { dma-ranges = <0 0 0 0x1000>; }; };"
                + " one { dma-ranges = <0 0 0 0x40000000>; }; two { dma-ranges = <0 0 0 0xc0000000>; };"
                + " three { dma-ranges; };");
        assertThat(DmaRangeMap.highestCommonCpuAddress(tree)).hasValue(0x3fffffff);
        assertThat(DmaRangeMap.highestCommonCpuAddress(source("a { dma-ranges; };")))
                .isEmpty();
    }

    @Test
    void coherentWinsOverNoncoherentAtOneNodeAndTheNearestNodeDecides() {
        DeviceTree tree = source("soc { dma-coherent; both { dma-coherent; dma-noncoherent; };"
                + " not { dma-noncoherent; dev { }; }; dev { }; }; dev { };");
        assertThat(coherence(tree, "/soc/both")).isEqualTo(DmaCoherence.Kind.COHERENT);
        assertThat(coherence(tree, "/soc/not/dev")).isEqualTo(DmaCoherence.Kind.NONCOHERENT);
        assertThat(coherence(tree, "/soc/dev")).isEqualTo(DmaCoherence.Kind.COHERENT);
        assertThat(coherence(tree, "/dev")).isEqualTo(DmaCoherence.Kind.UNSPECIFIED);
    }

    private static DmaCoherence.Kind coherence(DeviceTree tree, String path) {
        return DmaCoherence.of(tree.find(path).orElseThrow()).kind();
    }

    private static String windows(DeviceTree tree, String path) {
        return text(DmaRangeMap.ofDevice(tree.find(path).orElseThrow()));
    }

    private static String text(DmaRangeMap map) {
        return map instanceof DmaRangeMap.Windows found
                ? found.bus() + " " + found.windows() + " last "
                        + (found.dmaLast().isPresent()
                                ? "0x%x".formatted(found.dmaLast().getAsLong())
                                : "-")
                : map.toString();
    }

    /** Root with two address cells and one size cell; buses below with one of each. */
    private static DeviceTree source(String body) {
        String cells = "#address-cells = <1>; #size-cells = <1>; ";
        return DeviceTreeSource.parse(
                "/dts-v1/; / { #address-cells = <2>; #size-cells = <1>; "
                        + body.replaceAll(
                                "(?<![\\w@-])((?:soc|mc|none|empty|mid|inner|bus|bad|a|z|m|off|in|one|two|three)) \\{",
                                "$1 { " + cells)
                        + " };",
                "t.dts");
    }
}
