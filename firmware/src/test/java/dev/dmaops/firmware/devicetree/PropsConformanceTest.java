package dev.dmaops.firmware.devicetree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.Golden;
import dev.dmaops.firmware.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real device trees against the DMA properties that were listed for their nodes by another reader. */
class PropsConformanceTest {
    static Stream<String> trees() {
        return Golden.names("dtb", ".dtb").stream();
    }

    @ParameterizedTest
    @MethodSource("trees")
    void everyListedNodeAgrees(String file) {
        DeviceTree tree = DeviceTree.read(Golden.path("dtb").resolve(file));
        PlatformDevices devices = PlatformDevices.of(tree);
        List<Json> rows = Golden.lines("dtb/props.jsonl").stream()
                .filter(row -> row.text("file").equals(file))
                .toList();

        assertThat(rows).isNotEmpty();
        SoftAssertions soft = new SoftAssertions();
        for (Json row : rows) {
            if (row.text("t").equals("dtb")) {
                checkTree(soft, tree, row);
            } else {
                checkNode(soft, tree, devices, row);
            }
        }
        soft.assertAll();
    }

    /** Whatever a tree says, it is either answered or refused with the one error type, and always in the end. */
    @ParameterizedTest
    @MethodSource("trees")
    void damageIsAnsweredOrRefused(String file) throws IOException {
        byte[] blob = Files.readAllBytes(Golden.path("dtb").resolve(file));
        long seed = file.hashCode();
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int round = 0; round < 60; round++) {
            byte[] damaged = blob.clone();
            for (int i = random.nextInt(1, 30); i > 0; i--) {
                damaged[random.nextInt(64, damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                DeviceTree tree = DeviceTree.parse(damaged, file);
                refused += refusals(tree, PlatformDevices::of, RestrictedDmaPool::of, SystemMemory::of);
                refused += refusals(tree, XenHypervisor::of, DmaRangeMap::highestCommonCpuAddress);
                for (DeviceTreeNode node : tree.nodes()) {
                    refused += refusals(node, DmaRangeMap::ofDevice, DmaRangeMap::ofBus, DmaCoherence::of, Iommus::of);
                    refused +=
                            refusals(node, IommuMap::of, ReservedMemory::namedBy, Registers::of, PlatformDevices::name);
                }
            } catch (FirmwareException expected) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
        assertThat(refused).isPositive();
    }

    @SafeVarargs
    private static <T> int refusals(T subject, Function<T, ?>... questions) {
        int refused = 0;
        for (Function<T, ?> question : questions) {
            try {
                assertThat(question.apply(subject)).isNotNull();
            } catch (FirmwareException expected) {
                refused++;
            }
        }
        return refused;
    }

    private static void checkTree(SoftAssertions soft, DeviceTree tree, Json row) {
        soft.assertThat(tree.nodes()).hasSize((int) row.number("nodes"));
        soft.assertThat(Cells.address(tree.root())).isEqualTo(row.number("address_cells"));
        soft.assertThat(Cells.size(tree.root())).isEqualTo(row.number("size_cells"));
        soft.assertThat(tree.root().compatible()).isEqualTo(strings(row, "compatible"));
        soft.assertThat(DmaRangeEntry.of(tree.root()).isEmpty()).isEqualTo(row.isNull("root_dma_ranges"));
        soft.assertThat(tree.root().has("dma-coherent")).isEqualTo(row.flag("root_dma_coherent"));
    }

    private static void checkNode(SoftAssertions soft, DeviceTree tree, PlatformDevices devices, Json row) {
        String path = row.text("path");
        DeviceTreeNode node = tree.find(path).orElseThrow(() -> new AssertionError("no node " + path));
        soft.assertThat(node.path()).isEqualTo(path);
        soft.assertThat(node.compatible()).as(path).isEqualTo(strings(row, "compatible"));
        soft.assertThat(node.status()).as(path).isEqualTo(row.text("status"));
        soft.assertThat(devices.of(node)
                        .filter(d -> d.step() == PlatformDevice.Step.DEFAULT)
                        .isPresent())
                .as(path + " platform_device")
                .isEqualTo(row.flag("platform_device"));
        soft.assertThat(DmaRangeEntry.of(node).map(List::toString).orElse("missing"))
                .as(path + " dma_ranges")
                .isEqualTo(ranges(row));
        soft.assertThat(node.has("dma-coherent")).as(path).isEqualTo(row.has("dma_coherent"));
        soft.assertThat(node.has("dma-noncoherent")).as(path).isEqualTo(row.has("dma_noncoherent"));
        soft.assertThat(node.property("device_type")
                        .map(DeviceTreeProperty::string)
                        .orElse("-"))
                .as(path + " device_type")
                .isEqualTo(row.has("device_type") ? row.text("device_type") : "-");
        soft.assertThat(references(Iommus.of(node)))
                .as(path + " iommus")
                .isEqualTo(references(row, "iommus", "iommu", "ids"));
        soft.assertThat(references(DmaParents.interconnects(node)))
                .as(path + " interconnects")
                .isEqualTo(references(row, "interconnects", "provider", "args"));
        soft.assertThat(ReservedMemory.namedBy(node).stream()
                        .map(n -> n.path() + n.compatible())
                        .toList())
                .as(path + " memory_region")
                .isEqualTo(regions(row));
        soft.assertThat(IommuMap.of(node).map(PropsConformanceTest::entries).orElse(List.of()))
                .as(path + " iommu_map")
                .isEqualTo(mapEntries(row));
        if (row.has("iommu_map_mask")) {
            soft.assertThat(IommuMap.of(node).orElseThrow().mask()).isEqualTo(row.number("iommu_map_mask"));
        }
        if (row.has("iommu_cells")) {
            soft.assertThat(node.property("#iommu-cells").orElseThrow().cell(0)).isEqualTo(row.number("iommu_cells"));
        }
        checkPool(soft, tree, node, row);
    }

    private static void checkPool(SoftAssertions soft, DeviceTree tree, DeviceTreeNode node, Json row) {
        boolean pool =
                RestrictedDmaPool.of(tree).stream().anyMatch(p -> p.region().node() == node);
        soft.assertThat(pool).as(node.path() + " restricted pool").isEqualTo(row.has("restricted_dma_pool"));
        if (row.has("reg")) {
            List<Long> cells = row.list("reg").stream().map(Json::number).toList();
            soft.assertThat(node.property("reg").orElseThrow().cells())
                    .containsExactly(cells.stream().mapToLong(Long::longValue).toArray());
        }
    }

    private static String ranges(Json row) {
        if (!row.has("dma_ranges")) {
            return "missing";
        }
        return row.list("dma_ranges").stream()
                .map(r -> new DmaRangeEntry(
                        r.has("flags") ? OptionalLong.of(r.number("flags")) : OptionalLong.empty(),
                        r.number("child"),
                        r.number("parent"),
                        r.number("size")))
                .toList()
                .toString();
    }

    private static List<String> references(List<PhandleReference> references) {
        return references.stream().map(r -> r.target().path() + r.args()).toList();
    }

    private static List<String> references(Json row, String key, String target, String args) {
        List<String> list = new ArrayList<>();
        if (row.has(key)) {
            for (Json r : row.list(key)) {
                list.add(
                        r.text(target) + r.list(args).stream().map(Json::number).toList());
            }
        }
        return list;
    }

    private static List<String> regions(Json row) {
        return row.has("memory_region")
                ? row.list("memory_region").stream()
                        .map(r -> r.text("path") + strings(r, "compatible"))
                        .toList()
                : List.of();
    }

    private static List<String> entries(IommuMap map) {
        return map.entries().stream()
                .map(e -> e.idBase() + " " + e.iommu().path() + " " + e.outBase() + " " + e.length())
                .toList();
    }

    private static List<String> mapEntries(Json row) {
        return row.has("iommu_map")
                ? row.list("iommu_map").stream()
                        .map(e -> e.number("rid_base") + " " + e.text("iommu") + " " + e.number("out_base") + " "
                                + e.number("length"))
                        .toList()
                : List.of();
    }

    private static List<String> strings(Json row, String key) {
        return row.list(key).stream().map(j -> String.valueOf(j.value())).toList();
    }
}
