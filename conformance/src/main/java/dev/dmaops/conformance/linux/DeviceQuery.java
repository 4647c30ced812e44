package dev.dmaops.conformance.linux;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.conformance.row.Answer;
import dev.dmaops.conformance.row.Nothing;
import dev.dmaops.conformance.row.Row;
import dev.dmaops.conformance.row.RowSchema;
import dev.dmaops.conformance.row.Values;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.IommuDomain;
import java.util.Optional;

/** Everything that a device can be asked. */
final class DeviceQuery {
    static final RowSchema SCHEMA = LinuxOperation.inputs("name")
            .withResults(
                    "mask",
                    "get_mask",
                    "coherent_mask",
                    "bus_limit",
                    "required_mask",
                    "max_mapping_size",
                    "opt_mapping_size",
                    "merge_boundary",
                    "min_align_mask",
                    "seg_boundary",
                    "max_seg_size",
                    "addressing_limited",
                    "cache_alignment",
                    "skip_sync",
                    "dma_iommu",
                    "swiotlb_active",
                    "force_bounce",
                    "domain",
                    "ap_start",
                    "ap_end",
                    "pgsize_bitmap",
                    "force_ap");

    /** Bits of enum iommu_domain types (include/linux/iommu.h, 6.12). */
    private static final long PAGING = 1;

    private static final long DMA_API = 2;
    private static final long IDENTITY = 4;
    private static final long FLUSH_QUEUE = 8;

    private DeviceQuery() {}

    static Answer play(LinuxState state, Row row) {
        Optional<DmaDevice> found = state.device();
        if (found.isEmpty()) {
            return state.closed();
        }
        DmaDevice device = found.get();
        DmaDeviceState limits = device.state();
        DmaConstraints constraints = device.constraints();
        Optional<BouncePool> pool = state.pool();
        Answer.Observed observed = Answer.observed()
                .put("mask", limits.hasStreamingMask() ? Values.hex(limits.streamingMask()) : Nothing.NULL)
                .put("get_mask", Values.hex(device.streamingMask().value()))
                .put("coherent_mask", Values.hex(device.coherentMask().value()))
                .put("bus_limit", Values.hex(device.busLimit()))
                .put("required_mask", Values.hex(device.requiredMask().value()))
                .put("max_mapping_size", size(device.maxMappingBytes()))
                .put("opt_mapping_size", size(device.optimalMappingBytes()))
                .put("merge_boundary", Values.hex(device.mergeBoundary()))
                .put("min_align_mask", Values.hex(constraints.minAlignMask()))
                .put("seg_boundary", Values.hex(constraints.segmentBoundaryMask()))
                .put("max_seg_size", constraints.maxSegmentBytes())
                .put("addressing_limited", device.addressingLimited())
                .put("cache_alignment", (long) lineBytes(state))
                .put("skip_sync", limits.skipSync())
                .put("dma_iommu", device.choice().iommuDomain().translates())
                .put("swiotlb_active", pool.isPresent())
                .put("force_bounce", pool.map(BouncePool::forced).orElse(false));
        domain(state, device, observed);
        return state.withCounters(observed);
    }

    private static void domain(LinuxState state, DmaDevice device, Answer.Observed observed) {
        IommuDomainType type = device.choice().iommuDomain();
        switch (type) {
            case NONE, REFUSED -> {}
            case IDENTITY ->
                observed.put("domain", IDENTITY)
                        .put("ap_start", Values.hex(0))
                        .put("ap_end", Values.hex(0))
                        .put("pgsize_bitmap", Values.hex(0))
                        .put("force_ap", false);
            case DMA -> observed.put("domain", PAGING | DMA_API);
            case DMA_FQ -> observed.put("domain", PAGING | DMA_API | FLUSH_QUEUE);
        }
        if (type.translates()) {
            IommuDomain domain = state.replay().machine().iommu().domain(device.id());
            observed.put("ap_start", Values.hex(domain.apertureFirst()))
                    .put("ap_end", Values.hex(domain.apertureLast()))
                    .put("pgsize_bitmap", Values.hex(domain.pageSizes()))
                    .put("force_ap", domain.forcesAperture());
        }
    }

    private static int lineBytes(LinuxState state) {
        return state.replay()
                .machine()
                .hook(CacheMaintenance.class)
                .map(CacheMaintenance::lineBytes)
                .orElse(1);
    }

    /** Ours for "no limit" is the largest signed number, Linux's SIZE_MAX is all ones. */
    private static Object size(long bytes) {
        return Values.unsigned(bytes == Long.MAX_VALUE ? -1L : bytes);
    }
}
