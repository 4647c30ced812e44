package dev.dmaops.firmware.devicetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.dmaops.firmware.Golden;
import dev.dmaops.firmware.Json;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Board trees against what Linux 6.12 made of every device in them: name, range map, bus limit, masks, coherence. */
class BoardConformanceTest {
    private static final long MASK32 = 0xffffffffL;

    static Stream<String> recordings() {
        return Golden.names("boards", ".jsonl.gz").stream();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void everyDeviceAgrees(String recording) {
        List<Json> rows = Golden.lines("boards/" + recording).stream()
                .filter(row -> row.text("t").equals("devsel"))
                .toList();
        String name = recording.substring("sel_".length(), recording.length() - ".jsonl.gz".length());
        int mode = name.lastIndexOf('_');
        DeviceTree tree = DeviceTree.read(
                Golden.path("boards").resolve(name.substring(0, mode) + "." + name.substring(mode + 1) + ".dtb"));
        PlatformDevices devices = PlatformDevices.of(tree);

        assertThat(rows).isNotEmpty();
        SoftAssertions soft = new SoftAssertions();
        for (Json row : rows) {
            check(soft, tree, devices, row);
        }
        soft.assertAll();
        // And no device of that kind that Linux did not make.
        assertThat(devices.all().stream()
                        .filter(d -> d.node().isCompatible("xdo,dev"))
                        .map(PlatformDevice::name))
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().map(row -> row.text("dev")).toList());
    }

    /** The pool has to lie in the DMA zone; where the zone ends below the RAM, Linux without Xen gets none. */
    @ParameterizedTest
    @MethodSource("recordings")
    void thePoolExistsIfTheDmaZoneHoldsRam(String recording) {
        List<Json> rows = Golden.lines("boards/" + recording);
        assumeFalse(rows.getFirst().flag("xen_domain"), "dom0 makes the pool in another way");
        String name = recording.substring("sel_".length(), recording.length() - ".jsonl.gz".length());
        DeviceTree tree = DeviceTree.read(Golden.path("boards").resolve(name.replace('_', '.') + ".dtb"));
        Json pool = rows.stream()
                .filter(row -> row.text("t").equals("pool"))
                .findFirst()
                .orElseThrow();
        long ramStart = SystemMemory.of(tree).stream()
                .mapToLong(AddressRange::start)
                .min()
                .orElseThrow();
        long zoneEnd = DmaRangeMap.highestCommonCpuAddress(tree).orElse(-1);
        assertThat(pool.flag("present")).isEqualTo(Long.compareUnsigned(zoneEnd, ramStart) > 0);
    }

    private static void check(SoftAssertions soft, DeviceTree tree, PlatformDevices devices, Json row) {
        String path = row.text("of_path");
        DeviceTreeNode node = tree.find(path).orElseThrow(() -> new AssertionError("no node " + path));
        soft.assertThat(devices.of(node).map(PlatformDevice::name)).as(path).hasValue(row.text("dev"));
        soft.assertThat(DmaCoherence.of(node).isCoherent(false)).as(path).isEqualTo(row.flag("dma_coherent"));
        DmaRangeMap map = DmaRangeMap.ofDevice(node);
        if (map instanceof DmaRangeMap.Windows windows) {
            // The end of the reach: the limit of the bus, and with all lower bits set the limit of the masks.
            long end = windows.dmaLast().orElse(MASK32);
            long mask = -1L >>> Long.numberOfLeadingZeros(end) & MASK32;
            soft.assertThat(row.isNull("dma_range_map")).as(path).isFalse();
            soft.assertThat(windows.windows()).as(path).isEqualTo(windowsOf(row));
            soft.assertThat(row.number("bus_dma_limit")).as(path).isEqualTo(end);
            soft.assertThat(row.number("dma_mask")).as(path).isEqualTo(mask);
            soft.assertThat(row.number("coherent_dma_mask")).as(path).isEqualTo(mask);
        } else {
            soft.assertThat(row.isNull("dma_range_map")).as(path + " " + map).isTrue();
            soft.assertThat(row.number("bus_dma_limit")).as(path).isZero();
            soft.assertThat(row.number("dma_mask")).as(path).isEqualTo(MASK32);
        }
    }

    private static List<DmaWindow> windowsOf(Json row) {
        return row.isNull("dma_range_map")
                ? List.of()
                : row.list("dma_range_map").stream()
                        .map(r -> new DmaWindow(r.number("cpu"), r.number("dma"), r.number("size")))
                        .toList();
    }
}
