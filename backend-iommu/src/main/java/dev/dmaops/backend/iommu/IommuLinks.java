package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IovaLinks;
import dev.dmaops.spi.Refusals;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of memory in one stretch of addresses (dma_iova_link and its kin, drivers/iommu/dma-iommu.c, 6.18).
 *
 * <p>Of a piece that must bounce only the granules at its ends do, which hold something else as well; what lies between is mapped
 * as it is.
 */
final class IommuLinks implements IovaLinks {
    private final DmaDeviceState device;
    private final TranslatedSpace space;
    private final IommuDomain domain;
    private final IommuOps ops;
    private final @Nullable BouncePool pool;
    private final long granuleMask;

    IommuLinks(DmaDeviceState device, TranslatedSpace space, IommuOps ops, @Nullable BouncePool pool) {
        this.device = device;
        this.space = space;
        this.ops = ops;
        this.pool = pool;
        domain = space.domain();
        granuleMask = space.granule() - 1;
    }

    @Override
    public long granule() {
        return space.granule();
    }

    @Override
    public long reserve(long bytes) {
        return reserved(
                bytes > MappedLengths.LONGEST ? 0 : space.allocate(device, bytes, device.effectiveMask()), bytes);
    }

    @Override
    public long reserve(long bytes, long limit, boolean emptyCaches) {
        return reserved(bytes > MappedLengths.LONGEST ? 0 : space.allocate(bytes, limit, emptyCaches), bytes);
    }

    private long reserved(long first, long bytes) {
        if (first == 0) {
            return Refusals.of(DmaErrorCode.IOVA_EXHAUSTED);
        }
        space.rememberReserved(first, bytes);
        return first;
    }

    @Override
    public long link(long dma, long physical, long bytes, DmaDirection direction, int attributes) {
        if (!ops.mayBounce(bytes, direction) || ((physical | bytes) & granuleMask) == 0) {
            return linkPlain(dma, physical, bytes, direction, attributes);
        }
        long head = headBytes(dma, bytes);
        long tail = tailBytes(bytes - head);
        long middle = bytes - head - tail;
        if (head != 0) {
            long result = linkCopy(dma, physical, head, direction, attributes);
            if (Refusals.isRefusal(result)) {
                return result;
            }
        }
        long result = middle == 0 ? dma : linkPlain(dma + head, physical + head, middle, direction, attributes);
        if (!Refusals.isRefusal(result) && tail != 0) {
            result = linkCopy(dma + head + middle, physical + head + middle, tail, direction, attributes);
        } else if (Refusals.isRefusal(result)) {
            middle = 0;
        }
        if (Refusals.isRefusal(result)) {
            if (head + middle != 0) {
                unlink(dma, head + middle, direction, attributes | DmaAttributes.SKIP_CPU_SYNC);
            }
            return result;
        }
        return dma;
    }

    private long headBytes(long dma, long bytes) {
        long offset = dma & granuleMask;
        return offset == 0 ? 0 : Math.min(bytes, granuleMask + 1 - offset);
    }

    private long tailBytes(long bytesFromGranule) {
        return bytesFromGranule & granuleMask;
    }

    private long linkPlain(long dma, long physical, long bytes, DmaDirection direction, int attributes) {
        ops.maintainForDevice(physical, bytes, direction, attributes);
        return toTables(dma, physical, bytes, direction, attributes) ? dma : Refusals.of(DmaErrorCode.IOMMU_MAP_FAILED);
    }

    private long linkCopy(long dma, long physical, long bytes, DmaDirection direction, int attributes) {
        long copy = ops.bounce(physical, bytes, direction, attributes);
        if (Refusals.isRefusal(copy)) {
            return copy;
        }
        // A pool keeps the offset within a granule only for devices that ask for it.
        if (((copy ^ dma) & granuleMask) == 0) {
            ops.maintainForDevice(copy, bytes, direction, attributes);
            if (toTables(dma, copy, bytes, direction, attributes)) {
                return dma;
            }
        }
        if (pool != null) {
            pool.unmap(device, copy, bytes, direction, attributes | DmaAttributes.SKIP_CPU_SYNC);
        }
        return Refusals.of(DmaErrorCode.IOMMU_MAP_FAILED);
    }

    private boolean toTables(long dma, long physical, long bytes, DmaDirection direction, int attributes) {
        long offset = dma & granuleMask;
        int protection = ops.protection(direction, attributes);
        if ((attributes & DmaAttributes.MMIO) != 0) {
            protection = (protection & ~IommuDomain.CACHE) | IommuDomain.MMIO;
        }
        return space.fill(dma - offset, physical - offset, space.roundUp(bytes + offset), protection);
    }

    @Override
    public void publish(long dma, long bytes) {
        long offset = dma & granuleMask;
        domain.invalidate(dma - offset, space.roundUp(bytes + offset));
    }

    @Override
    public void unlink(long dma, long bytes, DmaDirection direction, int attributes) {
        long head = headBytes(dma, bytes);
        long tail = tailBytes(bytes - head);
        long lastGranule = dma + bytes - tail;
        long headCopy = head == 0 ? IommuDomain.NOT_MAPPED : domain.translate(dma);
        long tailCopy = tail == 0 ? IommuDomain.NOT_MAPPED : domain.translate(lastGranule);
        if (!device.coherent() && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            maintainForCpu(dma, bytes, direction);
        }
        long offset = dma & granuleMask;
        long length = space.roundUp(bytes + offset);
        domain.unmap(dma - offset, length);
        domain.invalidate(dma - offset, length);
        try {
            giveBack(headCopy, head, direction, attributes);
        } finally {
            // Also when the head's memory is gone: the tail's is not.
            giveBack(tailCopy, tail, direction, attributes);
        }
    }

    private void giveBack(long copy, long bytes, DmaDirection direction, int attributes) {
        if (pool != null && copy != IommuDomain.NOT_MAPPED && pool.contains(copy)) {
            pool.unmap(device, copy, bytes, direction, attributes);
        }
    }

    /** Granule by granule, because a piece with bounced ends is not one piece in memory. */
    private void maintainForCpu(long dma, long bytes, DmaDirection direction) {
        for (long done = 0; done < bytes; ) {
            long step = Math.min(bytes - done, granuleMask + 1 - (dma + done & granuleMask));
            ops.cachesForCpu(dma + done, domain.translate(dma + done), step, direction);
            done += step;
        }
    }

    @Override
    public void release(long first, long bytes) {
        space.giveBack(device.id(), first, bytes);
    }
}
