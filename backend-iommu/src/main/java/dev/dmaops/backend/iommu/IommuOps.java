package dev.dmaops.backend.iommu;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Streaming mappings behind an IOMMU (drivers/iommu/dma-iommu.c, 6.12): each gets IO virtual addresses of its own.
 *
 * <p>A bounce is needed only for what does not fill whole granules: of a device that is not trusted, or of a small buffer that
 * shares a cache line with other data.
 */
final class IommuOps implements DmaOps {
    private static final long OPTIMAL_PAGES = 32;

    private final DmaDeviceState device;
    private final IommuService service;
    private final TranslatedSpace space;
    private final IommuDomain domain;
    private final @Nullable BouncePool pool;
    private final IommuMemory memory;
    private final IommuMessages messages;
    private final long granuleMask;

    IommuOps(DmaDeviceState device, IommuService service, TranslatedSpace space, @Nullable BouncePool pool) {
        this.device = device;
        this.service = service;
        this.space = space;
        this.pool = pool;
        domain = space.domain();
        granuleMask = space.granule() - 1;
        memory = new IommuMemory(device, service, space, this);
        messages = new IommuMessages(device, space);
    }

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        if (mayBounce(bytes, direction) && ((physical | bytes) & granuleMask) != 0) {
            return mapBounced(physical, bytes, direction, attributes);
        }
        maintainForDevice(physical, bytes, direction, attributes);
        return space.map(device, physical, bytes, protection(direction, attributes), device.effectiveMask());
    }

    private long mapBounced(long physical, long bytes, DmaDirection direction, int attributes) {
        if (pool == null) {
            service.logInactivePool(device.id());
            return Refusals.of(DmaErrorCode.NO_POOL);
        }
        BounceReason reason =
                device.untrusted() ? BounceReason.UNTRUSTED_PARTIAL_GRANULE : BounceReason.SMALL_UNALIGNED_BUFFER;
        long copy = pool.map(device, physical, bytes, granuleMask, direction, attributes, reason);
        if (Refusals.isRefusal(copy)) {
            return copy;
        }
        if (device.untrusted()) {
            service.memory().zero(copy & ~granuleMask, copy & granuleMask);
            service.memory().zero(copy + bytes, -(copy + bytes) & granuleMask);
        }
        return mapCopy(pool, copy, bytes, direction, attributes);
    }

    private long mapCopy(BouncePool from, long copy, long bytes, DmaDirection direction, int attributes) {
        maintainForDevice(copy, bytes, direction, attributes);
        long dma = space.map(device, copy, bytes, protection(direction, attributes), device.effectiveMask());
        if (Refusals.isRefusal(dma)) {
            from.unmap(device, copy, bytes, direction, attributes);
        }
        return dma;
    }

    @Override
    public long mapMemory(MemorySegment buffer, DmaDirection direction, int attributes) {
        if (pool == null) {
            return Refusals.of(DmaErrorCode.NO_POOL);
        }
        if (device.untrusted()) {
            return Refusals.of(DmaErrorCode.NOT_DEVICE_MEMORY);
        }
        long copy = pool.mapMemory(device, buffer, direction, attributes);
        return Refusals.isRefusal(copy) ? copy : mapCopy(pool, copy, buffer.byteSize(), direction, attributes);
    }

    @Override
    public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        long physical = requireMapped(dma, "unmap");
        boolean copiesBack = (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0;
        if (copiesBack && !device.coherent()) {
            service.caches().forCpu(physical, bytes, direction);
        }
        space.unmap(device.id(), dma, bytes);
        if (pool != null && pool.contains(physical)) {
            pool.unmap(device, physical, bytes, direction, attributes);
        }
    }

    @Override
    public long mapResource(long physical, long bytes, DmaDirection direction, int attributes) {
        int protection = (protection(direction, attributes) & ~IommuDomain.CACHE) | IommuDomain.MMIO;
        return space.map(device, physical, bytes, protection, device.effectiveMask());
    }

    @Override
    public void unmapResource(long dma, long bytes, DmaDirection direction, int attributes) {
        requireMapped(dma, "unmap");
        space.unmap(device.id(), dma, bytes);
    }

    // Scatter lists

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        if (mapsEntriesAlone(list, direction)) {
            return mapEntries(list, direction, attributes);
        }
        for (int i = 0; i < list.entries(); i++) {
            maintainForDevice(list.entryPhysical(i), list.entryBytes(i), direction, attributes);
        }
        ScatterLayout layout = layout(list);
        long bytes = layout.bytes();
        if (bytes > 0xffff_ffffL) {
            return Refusals.of(DmaErrorCode.REQUEST_TOO_LARGE);
        }
        long base = bytes == 0 ? 0 : space.allocate(device, bytes, device.effectiveMask());
        if (base == 0) {
            return Refusals.of(DmaErrorCode.IOVA_EXHAUSTED);
        }
        int protection = protection(direction, attributes);
        long at = 0;
        for (int i = 0; i < list.entries(); i++) {
            long length = layout.lengthAt(i, at);
            if (length != 0 && !domain.map(base + at, list.entryPhysical(i) & ~granuleMask, length, protection)) {
                domain.unmap(base, at);
                domain.invalidate(base, at);
                space.release(base, bytes);
                return Refusals.of(DmaErrorCode.IOMMU_MAP_FAILED);
            }
            at += length;
        }
        return layout.recordSegments(base);
    }

    private ScatterLayout layout(ScatterList list) {
        return new ScatterLayout(
                list,
                space.granule(),
                device.constraints().segmentBoundaryMask(),
                device.constraints().maxSegmentBytes());
    }

    /** Whether some entry may bounce, so that none can be joined with another. */
    private boolean mapsEntriesAlone(ScatterList list, DmaDirection direction) {
        for (int i = 0; i < list.entries(); i++) {
            if (list.entryPhysical(i) == -1 || mayBounce(list.entryBytes(i), direction)) {
                return true;
            }
        }
        return false;
    }

    private long mapEntries(ScatterList list, DmaDirection direction, int attributes) {
        for (int i = 0; i < list.entries(); i++) {
            MemorySegment buffer = list.entryMemory(i);
            long dma = list.entryPhysical(i) == -1 && buffer != null
                    ? mapMemory(buffer, direction, attributes)
                    : map(list.entryPhysical(i), list.entryBytes(i), direction, attributes);
            if (Refusals.isRefusal(dma)) {
                unmapEntries(list, i, direction, attributes | DmaAttributes.SKIP_CPU_SYNC);
                return dma;
            }
            list.recordSegment(i, dma, list.entryBytes(i));
        }
        return list.entries();
    }

    private void unmapEntries(ScatterList list, int count, DmaDirection direction, int attributes) {
        for (int i = 0; i < count; i++) {
            unmap(list.recordedAddress(i), list.entryBytes(i), direction, attributes);
        }
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        if (mapsEntriesAlone(list, direction)) {
            unmapEntries(list, list.entries(), direction, attributes);
            return;
        }
        if ((attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            syncScatterForCpu(list, direction);
        }
        int last = list.mappedEntries() - 1;
        long start = list.dmaAddress(0);
        requireMapped(start, "unmap");
        space.unmap(device.id(), start, list.dmaAddress(last) + list.dmaBytes(last) - start);
    }

    // Synchronising

    @Override
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {
        if (device.coherent() && !mayBounce(bytes, direction) && pool == null) {
            return;
        }
        long physical = requireMapped(dma, "synchronise");
        if (!device.coherent()) {
            service.caches().forCpu(physical, bytes, direction);
        }
        if (pool != null && pool.contains(physical)) {
            pool.syncForCpu(device, physical, bytes, direction);
        }
    }

    @Override
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {
        if (device.coherent() && !mayBounce(bytes, direction) && pool == null) {
            return;
        }
        long physical = requireMapped(dma, "synchronise");
        if (pool != null && pool.contains(physical)) {
            pool.syncForDevice(device, physical, bytes, direction);
        }
        if (!device.coherent()) {
            service.caches().forDevice(physical, bytes, direction);
        }
    }

    @Override
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {
        boolean alone = mapsEntriesAlone(list, direction);
        for (int i = 0; i < list.entries(); i++) {
            if (alone) {
                syncForCpu(list.recordedAddress(i), list.entryBytes(i), direction);
            } else if (!device.coherent()) {
                service.caches().forCpu(list.entryPhysical(i), list.entryBytes(i), direction);
            }
        }
    }

    @Override
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {
        boolean alone = mapsEntriesAlone(list, direction);
        for (int i = 0; i < list.entries(); i++) {
            if (alone) {
                syncForDevice(list.recordedAddress(i), list.entryBytes(i), direction);
            } else if (!device.coherent()) {
                service.caches().forDevice(list.entryPhysical(i), list.entryBytes(i), direction);
            }
        }
    }

    private void maintainForDevice(long physical, long bytes, DmaDirection direction, int attributes) {
        if (!device.coherent() && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            service.caches().forDevice(physical, bytes, direction);
        }
    }

    private boolean mayBounce(long bytes, DmaDirection direction) {
        return service.swiotlb()
                && (device.untrusted() || (!device.coherent() && service.kmallocNeedsBounce(bytes, direction)));
    }

    int protection(DmaDirection direction, int attributes) {
        int protection = device.coherent() ? IommuDomain.CACHE : 0;
        if ((attributes & DmaAttributes.PRIVILEGED) != 0) {
            protection |= IommuDomain.PRIVILEGED;
        }
        return protection
                | switch (direction) {
                    case BIDIRECTIONAL -> IommuDomain.READ | IommuDomain.WRITE;
                    case TO_DEVICE -> IommuDomain.READ;
                    case FROM_DEVICE -> IommuDomain.WRITE;
                };
    }

    private long requireMapped(long dma, String verb) {
        long physical = domain.translate(dma);
        if (physical == IommuDomain.NOT_MAPPED) {
            throw new DmaUsageException(
                    DmaErrorCode.NOT_MAPPED,
                    device.id() + ": cannot " + verb + " dma=0x" + Long.toHexString(dma)
                            + ": no mapping is there. Pass the address that map returned, once.");
        }
        return physical;
    }

    // Memory

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        return memory.allocateCoherent(bytes, attributes);
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {
        memory.freeCoherent(allocation);
    }

    @Override
    public AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        return memory.allocatePages(bytes, direction);
    }

    @Override
    public void freePages(Allocation allocation, DmaDirection direction) {
        memory.freePages(allocation, direction);
    }

    // Queries

    @Override
    public boolean supports(long mask) {
        return true;
    }

    @Override
    public long requiredMask() {
        return 0xffff_ffffL;
    }

    @Override
    public long maxMappingBytes() {
        return device.untrusted() && pool != null ? pool.maxMappingBytes(device) : Long.MAX_VALUE;
    }

    @Override
    public long optimalMappingBytes() {
        return service.pageBytes() * OPTIMAL_PAGES;
    }

    @Override
    public long mergeBoundary() {
        return granuleMask;
    }

    @Override
    public boolean addressingLimited() {
        return Long.compareUnsigned(device.streamingLimit(), requiredMask()) < 0;
    }

    @Override
    public boolean needsSync(long dma) {
        return true;
    }

    @Override
    public boolean skipsSyncUntilBounce() {
        return device.coherent();
    }

    @Override
    public boolean canMapToUser() {
        return true;
    }

    @Override
    public @Nullable BounceReason bounceReason(long dma) {
        if (pool == null) {
            return null;
        }
        long physical = domain.translate(dma);
        return physical != IommuDomain.NOT_MAPPED && pool.contains(physical) ? pool.reason(physical) : null;
    }

    @Override
    public Refused refusal(DmaErrorCode code, long physical, long bytes) {
        return pool != null && IommuMessages.isPools(code)
                ? pool.refusal(device, code, physical, bytes)
                : messages.refusal(code, physical, bytes);
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return null;
    }
}
