package dev.dmaops.machine.linux.vfio;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaHostException;
import dev.dmaops.machine.linux.calls.Errno;
import dev.dmaops.machine.linux.calls.HostCall;
import dev.dmaops.machine.linux.memory.PinnedMemory;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuReservedRegion.Kind;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The domain of an IOMMU group that VFIO gave to this process. Unmapping invalidates at once, so nothing is left to invalidate
 * later. The kernel pins what is mapped.
 */
final class VfioDomain implements IommuDomain {
    private static final long SMALLEST = 4096;
    private static final long LAST = (1L << TranslationTable.BITS) - 1;

    private final String group;
    private final AddressSpace space;
    private final PinnedMemory memory;
    private final TranslationTable table = new TranslationTable();
    private final ThreadLocal<DmaErrorCode> refusal = ThreadLocal.withInitial(() -> DmaErrorCode.IOMMU_MAP_FAILED);
    private final long first;
    private final long last;

    VfioDomain(String group, AddressSpace space, PinnedMemory memory) {
        this.group = group;
        this.space = space;
        this.memory = memory;
        List<MemoryRange> ranges = space.ranges();
        first = ranges.isEmpty() ? 0 : ranges.getFirst().start();
        last = ranges.isEmpty() ? LAST : lowest(ranges.getLast().last());
    }

    private static long lowest(long address) {
        return Long.compareUnsigned(address, LAST) > 0 ? LAST : address;
    }

    /** Addresses between the ranges: those of interrupts, and what else the IOMMU leaves out. */
    List<IommuReservedRegion> gaps() {
        List<IommuReservedRegion> gaps = new ArrayList<>();
        List<MemoryRange> ranges = space.ranges();
        for (int i = 1; i < ranges.size(); i++) {
            long start = ranges.get(i - 1).last() + 1;
            long bytes = ranges.get(i).start() - start;
            if (start >= 0 && start <= last && bytes > 0) {
                gaps.add(new IommuReservedRegion(new MemoryRange(start, bytes), Kind.RESERVED));
            }
        }
        return gaps;
    }

    /** Maps all memory of the machine unchanged: what an identity domain is. */
    void mapUnchanged() {
        for (MemoryRange range : memory.ranges()) {
            if (!map(range.start(), range.start(), range.bytes(), READ | WRITE)) {
                throw new DmaHostException(
                        refusal().equals(DmaErrorCode.IOMMU_MAP_FAILED) ? DmaErrorCode.HOST_CALL : refusal(),
                        0,
                        "group " + group + ": memory " + range
                                + " cannot be mapped unchanged. Use the backend iommu for its"
                                + " devices, which chooses addresses that the IOMMU has.");
            }
        }
    }

    @Override
    public long pageSizes() {
        return space.pageSizes() == 0 ? SMALLEST : space.pageSizes() & -SMALLEST;
    }

    @Override
    public long apertureFirst() {
        return first;
    }

    @Override
    public long apertureLast() {
        return last;
    }

    @Override
    public boolean forcesAperture() {
        return true;
    }

    @Override
    public boolean supportsDeferredFlush() {
        return false;
    }

    @Override
    public boolean map(long iova, long physical, long bytes, int protection) {
        long address = memory.nativeAddress(physical, bytes);
        if (address < 0
                || ((iova | physical | bytes) & (SMALLEST - 1)) != 0
                || Long.compareUnsigned(iova, first) < 0
                || Long.compareUnsigned(iova + bytes - 1, last) > 0) {
            refusal.set(DmaErrorCode.IOMMU_MAP_FAILED);
            return false;
        }
        int result = space.map(address, iova, bytes, (protection & READ) != 0, (protection & WRITE) != 0);
        if (result < 0) {
            refusal.set(refusal(-result));
            return false;
        }
        table.put(iova, physical, bytes);
        return true;
    }

    /** What an error of VFIO's map request means (vfio_dma_do_map, drivers/vfio/vfio_iommu_type1.c, 6.12). */
    static DmaErrorCode refusal(int errno) {
        return switch (errno) {
            case Errno.ENOSPC -> DmaErrorCode.IOMMU_TOO_MANY_MAPPINGS;
            case Errno.ENOMEM -> DmaErrorCode.IOMMU_LOCKED_MEMORY;
            default -> DmaErrorCode.IOMMU_MAP_FAILED;
        };
    }

    @Override
    public DmaErrorCode refusal() {
        return refusal.get();
    }

    @Override
    public long unmap(long iova, long bytes) {
        long result = space.unmap(iova, bytes);
        // iommufd says so when nothing is there, where a container says 0 bytes; but also for a part of a mapping.
        if (result == -Errno.ENOENT && table.at(iova) == NOT_MAPPED && table.at(iova + bytes - 1) == NOT_MAPPED) {
            return 0;
        }
        HostCall.require(
                result,
                "group " + group,
                "unmap of iova=0x" + Long.toHexString(iova) + " bytes=" + bytes,
                "Unmap whole mappings.");
        table.remove(iova, bytes);
        return result;
    }

    @Override
    public void invalidate(long iova, long bytes) {}

    @Override
    public void invalidateAll() {}

    @Override
    public long translate(long iova) {
        return table.at(iova);
    }
}
