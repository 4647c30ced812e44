package dev.dmaops.backend.iommu;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.EntryByEntry;
import dev.dmaops.spi.Refusals;

/**
 * Scatter lists behind an IOMMU (iommu_dma_map_sg, drivers/iommu/dma-iommu.c, 6.12): all entries lie in one stretch of addresses and
 * are joined where they touch, unless one of them may bounce: then each is mapped alone.
 *
 * <p>The number that a mapped list keeps is the stretch's first address, {@link #NO_STRETCH}, or {@link #ALONE}.
 */
final class IommuScatter {
    private static final long NO_STRETCH = 0;
    private static final long ALONE = -1;

    private final DmaDeviceState device;
    private final TranslatedSpace space;
    private final IommuOps ops;
    private final long granuleMask;

    IommuScatter(DmaDeviceState device, TranslatedSpace space, IommuOps ops) {
        this.device = device;
        this.space = space;
        this.ops = ops;
        granuleMask = space.granule() - 1;
    }

    long map(ScatterList list, DmaDirection direction, int attributes) {
        return mapsAlone(list, direction)
                ? mapAlone(list, direction, attributes)
                : mapTogether(list, direction, attributes);
    }

    private long mapTogether(ScatterList list, DmaDirection direction, int attributes) {
        ScatterLayout layout = new ScatterLayout(
                list,
                space.granule(),
                device.constraints().segmentBoundaryMask(),
                device.constraints().maxSegmentBytes());
        if (layout.overflows()) {
            return Refusals.of(DmaErrorCode.REQUEST_TOO_LARGE);
        }
        long bytes = layout.bytes();
        if (bytes == 0) {
            list.keep(NO_STRETCH);
            return layout.recordSegments(0);
        }
        if ((attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            maintain(list, direction, true);
        }
        long base = bytes > MappedLengths.LONGEST ? 0 : space.allocate(device, bytes, device.effectiveMask());
        if (base == 0) {
            return Refusals.of(DmaErrorCode.IOVA_EXHAUSTED);
        }
        if (!fillTables(list, layout, base, ops.protection(direction, attributes))) {
            space.release(base, bytes);
            return Refusals.of(DmaErrorCode.IOMMU_MAP_FAILED);
        }
        space.remember(base, bytes, 0);
        list.keep(base);
        return layout.recordSegments(base);
    }

    private boolean fillTables(ScatterList list, ScatterLayout layout, long base, int protection) {
        long at = 0;
        for (int i = 0; i < list.entries(); i++) {
            if (list.isPeer(i)) {
                continue;
            }
            long length = layout.lengthAt(i, at);
            if (length != 0 && !space.fill(base + at, list.entryPhysical(i) & ~granuleMask, length, protection)) {
                if (at != 0) {
                    space.domain().unmap(base, at);
                    space.domain().invalidate(base, at);
                }
                return false;
            }
            at += length;
        }
        return true;
    }

    /** Whether some entry may bounce, so that none can be joined with another. */
    private boolean mapsAlone(ScatterList list, DmaDirection direction) {
        for (int i = 0; i < list.entries(); i++) {
            if (!list.isPeer(i) && (list.entryPhysical(i) == -1 || ops.mayBounce(list.entryBytes(i), direction))) {
                return true;
            }
        }
        return false;
    }

    private long mapAlone(ScatterList list, DmaDirection direction, int attributes) {
        if (list.hasPeers()) {
            return Refusals.of(DmaErrorCode.PEER_MEMORY);
        }
        for (int i = 0; i < list.entries(); i++) {
            ops.requireBytes(list.entryBytes(i));
        }
        long result = EntryByEntry.map(ops, list, direction, attributes);
        if (!Refusals.isRefusal(result)) {
            list.keep(ALONE);
        }
        return result;
    }

    /** Takes a list back, whatever became of the conditions under which it was mapped. */
    void unmap(ScatterList list, DmaDirection direction, int attributes) {
        long base = list.kept();
        if (base == ALONE) {
            EntryByEntry.unmap(ops, list, direction, attributes);
            return;
        }
        long bytes = base == NO_STRETCH ? 0 : claim(base);
        if ((attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            maintain(list, direction, false);
        }
        if (bytes != 0) {
            space.remove(base, bytes);
        }
    }

    private long claim(long base) {
        long value = space.mappedAt(base);
        if (value == MappedLengths.NONE) {
            throw new DmaUsageException(
                    DmaErrorCode.NOT_MAPPED,
                    device.id() + ": cannot unmap the scatter list at dma=0x" + Long.toHexString(base)
                            + ": nothing is mapped there any more. Unmap a list once, and its segments not at all.");
        }
        space.claim(device.id(), base, MappedLengths.bytes(value));
        return MappedLengths.bytes(value);
    }

    void syncForCpu(ScatterList list, DmaDirection direction) {
        if (list.kept() != ALONE) {
            maintain(list, direction, false);
            return;
        }
        EntryByEntry.syncForCpu(ops, list, direction);
    }

    void syncForDevice(ScatterList list, DmaDirection direction) {
        if (list.kept() != ALONE) {
            maintain(list, direction, true);
            return;
        }
        EntryByEntry.syncForDevice(ops, list, direction);
    }

    private void maintain(ScatterList list, DmaDirection direction, boolean forDevice) {
        if (device.coherent()) {
            return;
        }
        for (int i = 0; i < list.entries(); i++) {
            if (list.isPeer(i)) {
                continue;
            }
            if (forDevice) {
                ops.cachesForDevice(list.entryPhysical(i), list.entryBytes(i), direction);
            } else {
                ops.entryCachesForCpu(list.entryPhysical(i), list.entryBytes(i), direction);
            }
        }
    }
}
