package dev.dmaops.conformance.xen;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Nothing;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.DmaDeviceState;
import java.util.Map;

/** What a device is like before its driver says anything, in the words of {@code devsel} and {@code dev} rows. */
final class DeviceFacts {
    private static final String XEN_OPS = "xen_swiotlb_dma_ops";

    static final RowSchema SCHEMA = RowSchema.ofInputs(
                    "seq", "t", "when", "dev", "bus", "driver", "of_path", "iommu_group_id")
            .withResults(
                    "dev_dma_ops",
                    "effective_ops",
                    "dma_iommu",
                    "path",
                    "dma_coherent",
                    "dma_mask_set",
                    "dma_mask",
                    "coherent_dma_mask",
                    "bus_dma_limit",
                    "dma_range_map",
                    "iommu_group",
                    "iommu_domain",
                    "swiotlb_mem",
                    "swiotlb_default",
                    "dma_skip_sync",
                    "required_mask",
                    "max_mapping_size",
                    "opt_mapping_size",
                    "addressing_limited",
                    "can_mmap",
                    "merge_boundary");

    private DeviceFacts() {}

    static Answer.Observed of(DmaDevice device) {
        DmaDeviceState state = device.state();
        BackendChoice choice = device.choice();
        Object ops = hasXenOps(choice) ? XEN_OPS : Nothing.NULL;
        return Answer.observed()
                .put("dev_dma_ops", ops)
                .put("effective_ops", ops)
                .put("dma_iommu", choice.iommuDomain().translates())
                .put("path", path(choice))
                .put("dma_coherent", state.coherent())
                .put("dma_mask_set", state.hasStreamingMask())
                .put("dma_mask", Values.hex(state.streamingMask()))
                .put("coherent_dma_mask", Values.hex(state.coherentMask()))
                .put("bus_dma_limit", Values.hex(state.busLimit()))
                .put("dma_range_map", ranges(state.ranges()))
                .put("iommu_group", choice.iommuDomain() != IommuDomainType.NONE)
                .put("iommu_domain", domain(choice.iommuDomain()))
                .put("swiotlb_mem", true)
                .put("swiotlb_default", choice.pool() != PoolKind.RESTRICTED)
                .put("dma_skip_sync", state.skipSync())
                .put("required_mask", Values.hex(device.requiredMask().value()))
                .put("max_mapping_size", Values.hex(size(device.maxMappingBytes())))
                .put("opt_mapping_size", Values.hex(size(device.optimalMappingBytes())))
                .put("addressing_limited", device.addressingLimited())
                .put("can_mmap", device.canMapToUser())
                .put("merge_boundary", Values.hex(device.mergeBoundary()));
    }

    static String path(BackendChoice choice) {
        return switch (choice.backend()) {
            case "direct", "swiotlb" -> "direct";
            case "iommu" -> "iommu";
            default -> "ops";
        };
    }

    /** Ops beside an IOMMU domain show in the masks: Linux then refuses every one. */
    private static boolean hasXenOps(BackendChoice choice) {
        return path(choice).equals("ops")
                || (choice.iommuDomain().translates() && choice.setMask() == SetMaskOutcome.EIO);
    }

    private static Object ranges(DmaRangeMap map) {
        return map.isIdentity()
                ? Nothing.NULL
                : map.ranges().stream()
                        .map(range -> Map.of(
                                "cpu", Values.hex(range.cpuStart()),
                                "dma", Values.hex(range.dmaStart()),
                                "size", Values.hex(range.bytes())))
                        .toList();
    }

    private static Object domain(IommuDomainType type) {
        return switch (type) {
            case NONE, REFUSED -> Nothing.NULL;
            case IDENTITY -> "identity";
            case DMA -> "DMA";
            case DMA_FQ -> "DMA-FQ";
        };
    }

    /** Ours for "no limit" is the largest signed number, Linux's SIZE_MAX is all ones. */
    static long size(long bytes) {
        return bytes == Long.MAX_VALUE ? -1L : bytes;
    }
}
