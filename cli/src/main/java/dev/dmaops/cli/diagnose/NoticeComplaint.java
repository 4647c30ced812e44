package dev.dmaops.cli.diagnose;

import dev.dmaops.firmware.log.LogDevice;
import dev.dmaops.firmware.log.LogEntry;
import dev.dmaops.firmware.log.LogLine;
import dev.dmaops.firmware.log.Notice;
import java.util.List;

/** A complaint whose text is always the same. */
final class NoticeComplaint extends Complaint {
    NoticeComplaint(Boot boot, LogDevice device, LogEntry first) {
        super(boot, device, first);
    }

    @Override
    Advice advice() {
        Notice notice = ((LogLine.Fixed) telling().line()).notice();
        return switch (notice) {
            case NO_POOL ->
                Advice.meaning(
                        "no-pool",
                        "a bounce buffer is needed and there is no pool",
                        "The device does not reach its buffer, and the kernel has no bounce pool.",
                        poolFacts(),
                        List.of(),
                        havePool());
            case NO_POOL_UNALIGNED ->
                Advice.meaning(
                        "no-pool",
                        "a bounce buffer is needed and there is no pool",
                        "The device is not trusted, or its buffer shares cache lines, so pages that the buffer fills in part"
                                + " are bounced; and the kernel has no bounce pool.",
                        poolFacts(),
                        List.of(
                                "cat /sys/bus/pci/devices/DEVICE/untrusted, or whether firmware marks its port as external."),
                        List.of(
                                havePool().getFirst(),
                                "Or give the device whole pages: buffers that begin and end at 4096 bytes are not bounced."));
            case XEN_NO_CONTIGUOUS ->
                Advice.meaning(
                        "xen-no-contiguous",
                        "Xen has no contiguous memory for the bounce pool",
                        "The pool of an x86 PV domain has to consist of pieces of 256 KiB that are contiguous in the machine and"
                                + " below 4 GiB, and Xen has too few of them left.",
                        List.of(
                                "The kernel tries address widths of 18 to 32 bits for each piece, and halves the pool while that"
                                        + " fails."),
                        List.of("xl info: free memory of the host; xl debug-keys H and xl dmesg: the heap by zone."),
                        List.of(
                                "Ask for a smaller pool: swiotlb=4096 is 8 MiB.",
                                "Leave Xen memory below 4 GiB: a smaller dom0_mem= on Xen's command line, and start this domain"
                                        + " before others.",
                                "Or make it an HVM or PVH domain, or pass devices through an IOMMU: neither needs the"
                                        + " exchange."));
            case RANGE_OUTSIDE_IOMMU ->
                Advice.meaning(
                        "range-outside-iommu",
                        "the device's DMA range lies outside of what its IOMMU translates",
                        "None of the addresses that the firmware allows the device (dma-ranges) can be translated by the IOMMU"
                                + " in front of it, so the device gets no IOMMU domain.",
                        List.of(),
                        List.of(
                                "dma-ranges of the device's bus in the device tree, and the input address size that the IOMMU"
                                        + " prints at boot."),
                        List.of(
                                "Correct dma-ranges so that they lie inside the IOMMU's input range, or leave them out where the"
                                        + " IOMMU translates everything."));
            case RANGE_INCOMPATIBLE ->
                Advice.meaning(
                        "range-incompatible",
                        "devices of one IOMMU domain need different address layouts",
                        "The IOMMU domain was made for another device with another page size or first address.",
                        List.of(),
                        List.of("Which devices share the group: ls /sys/kernel/iommu_groups/*/devices."),
                        List.of("Give all devices of the group the same dma-ranges."));
            case IOMMU_ALIGNMENT ->
                Advice.meaning(
                        "iommu-alignment",
                        "the device wants more alignment than an IOMMU page keeps",
                        "min_align_mask of the device is larger than a page of the IOMMU, so its mappings fail.",
                        List.of(),
                        List.of(),
                        List.of("Let the driver set a min_align_mask below the IOMMU's page size (0xfff for 4 KiB)."));
            case ATOMIC_POOL_EXHAUSTED ->
                Advice.meaning(
                        "atomic-pool-exhausted",
                        "the pool for coherent memory in atomic context is used up",
                        "A driver asked for coherent memory where it may not wait, and the memory set aside for that is gone."
                                + " The bounce pool has nothing to do with it.",
                        List.of(),
                        List.of("cat /sys/kernel/debug/dma_pools/pool_size_*"),
                        List.of(
                                "Boot with a larger coherent_pool= (128 KiB for each GiB of RAM by default), such as"
                                        + " coherent_pool=4M.",
                                "Or allocate with GFP_KERNEL, outside of atomic context."));
            case ALLOCATION_ALIGNMENT ->
                Advice.meaning(
                        "allocation-alignment",
                        "bounce buffers are to be aligned to more than a page",
                        "A caller wants bounce buffers aligned to more than a page, so the largest that"
                                + " dma_max_mapping_size() promises need not fit.",
                        List.of("This is a warning, printed once; no mapping has failed yet."),
                        List.of("The call trace below the line names the caller."),
                        List.of(
                                "Ask for an alignment of a page at most, or map less than 262144 bytes less the alignment."));
            case RESTRICTED_POOL_HIGH ->
                Advice.meaning(
                        "restricted-pool-high",
                        "a restricted pool lies in high memory",
                        "The region of the restricted-dma-pool has no kernel address, so its devices get no pool.",
                        List.of(),
                        List.of(),
                        List.of("Move the region in the device tree below the end of low memory."));
        };
    }

    private List<String> poolFacts() {
        return boot().parameters().forceDisable()
                ? List.of("swiotlb= has noforce, which forbids the pool.")
                : boot().hasPoolFailed()
                        ? List.of("The kernel could not make its pool: see that complaint.")
                        : List.of();
    }

    private List<String> havePool() {
        return boot().parameters().forceDisable()
                ? List.of("Remove noforce from swiotlb=.")
                : List.of(
                        "Have a pool: swiotlb=force makes one and bounces everything; on x86 iommu=soft makes one that bounces"
                                + " only what it must.",
                        "Or let the driver set a wider mask, if the hardware drives more bits.");
    }
}
