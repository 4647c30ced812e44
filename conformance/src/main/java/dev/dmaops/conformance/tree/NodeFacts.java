package dev.dmaops.conformance.tree;

import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Nothing;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.firmware.devicetree.DeviceTreeNode;
import dev.dmaops.firmware.devicetree.DmaParents;
import dev.dmaops.firmware.devicetree.IommuMap;
import dev.dmaops.firmware.devicetree.Iommus;
import dev.dmaops.firmware.devicetree.PhandleReference;
import dev.dmaops.firmware.devicetree.PlatformDevice;
import dev.dmaops.firmware.devicetree.PlatformDevices;
import dev.dmaops.firmware.devicetree.ReservedMemory;
import dev.dmaops.firmware.devicetree.RestrictedDmaPool;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What we read of one node, in the words of {@code props.jsonl}. */
final class NodeFacts {
    static final String[] NAMES = {
        "compatible",
        "status",
        "platform_device",
        "device_type",
        "dma_ranges",
        "dma_coherent",
        "dma_noncoherent",
        "iommus",
        "iommu_cells",
        "iommu_map",
        "iommu_map_mask",
        "interconnects",
        "interconnect_names",
        "memory_region",
        "restricted_dma_pool",
        "reg"
    };

    /** What a line means that leaves the field out. */
    private static final Map<String, Object> ABSENCES = Map.of(
            "device_type",
            Nothing.NULL,
            "dma_ranges",
            Nothing.NULL,
            "dma_coherent",
            false,
            "dma_noncoherent",
            false,
            "iommus",
            List.of(),
            "iommu_map",
            Nothing.NULL,
            "interconnects",
            List.of(),
            "memory_region",
            List.of(),
            "restricted_dma_pool",
            false);

    private NodeFacts() {}

    /** A line with everything said that it leaves out. */
    static Row withAbsences(Row row) {
        Row full = row;
        for (Map.Entry<String, Object> absence : ABSENCES.entrySet()) {
            if (!full.has(absence.getKey())) {
                full = full.with(absence.getKey(), absence.getValue());
            }
        }
        return full;
    }

    static Answer of(DeviceTreeNode node, PlatformDevices devices) {
        return Answer.observed()
                .put("compatible", node.compatible())
                .put("status", node.status())
                .put(
                        "platform_device",
                        devices.of(node)
                                .filter(device -> device.step() == PlatformDevice.Step.DEFAULT)
                                .isPresent())
                .put("device_type", TreeFacts.text(node, "device_type"))
                .put("dma_ranges", TreeFacts.ranges(node))
                .put("dma_coherent", node.has("dma-coherent"))
                .put("dma_noncoherent", node.has("dma-noncoherent"))
                .put("iommus", Iommus.of(node).stream().map(NodeFacts::iommu).toList())
                .put("iommu_cells", cell(node, "#iommu-cells"))
                .put("iommu_map", iommuMap(node))
                .put("iommu_map_mask", cell(node, "iommu-map-mask"))
                .put(
                        "interconnects",
                        DmaParents.interconnects(node).stream()
                                .map(NodeFacts::interconnect)
                                .toList())
                .put("interconnect_names", TreeFacts.texts(node, "interconnect-names"))
                .put(
                        "memory_region",
                        ReservedMemory.namedBy(node).stream()
                                .map(region -> Map.of("path", region.path(), "compatible", region.compatible()))
                                .toList())
                .put(
                        "restricted_dma_pool",
                        RestrictedDmaPool.of(node.tree()).stream()
                                .anyMatch(pool -> pool.region().node() == node))
                .put("reg", registers(node));
    }

    private static Map<String, Object> iommu(PhandleReference reference) {
        return Map.of(
                "iommu",
                reference.target().path(),
                "compatible",
                reference.target().compatible(),
                "ids",
                reference.args());
    }

    private static Map<String, Object> interconnect(PhandleReference reference) {
        return Map.of("provider", reference.target().path(), "args", reference.args());
    }

    private static Object iommuMap(DeviceTreeNode node) {
        return IommuMap.of(node)
                .map(map -> (Object) map.entries().stream()
                        .map(entry -> Map.of(
                                "rid_base", entry.idBase(),
                                "iommu", entry.iommu().path(),
                                "out_base", entry.outBase(),
                                "length", entry.length()))
                        .toList())
                .orElse(Nothing.NULL);
    }

    private static Object cell(DeviceTreeNode node, String property) {
        return node.property(property).map(p -> (Object) p.cell(0)).orElse(Nothing.NULL);
    }

    private static Object registers(DeviceTreeNode node) {
        return node.property("reg")
                .map(reg -> (Object)
                        Arrays.stream(reg.cells()).mapToObj(Values::hex).toList())
                .orElse(Nothing.NULL);
    }
}
