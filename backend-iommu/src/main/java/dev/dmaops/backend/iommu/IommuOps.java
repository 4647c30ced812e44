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
import dev.dmaops.spi.IovaLinks;
import dev.dmaops.spi.NoncontiguousAllocation;
import dev.dmaops.spi.NoncontiguousResult;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Mappings behind an IOMMU (drivers/iommu/dma-iommu.c, 6.12): each gets IO virtual addresses of its own.
 *
 * <p>A bounce is needed only for what does not fill whole granules: of a device that is not trusted, or of a small buffer that
 * shares a cache line with other data.
 */
final class IommuOps implements DmaOps {
    private static final long OPTIMAL_PAGES = 32;
    private static final long MASK_32 = 0xffff_ffffL;

    private final DmaDeviceState device;
    private final IommuService service;
    private final TranslatedSpace space;
    private final IommuDomain domain;
    private final @Nullable BouncePool pool;
    private final IommuMemory memory;
    private final IommuMessages messages;
    private final IommuScatter scatter;
    private final IommuLinks links;
    private final @Nullable ForeignFrames foreign;
    private final long granuleMask;
    private final boolean coherent;

    IommuOps(DmaDeviceState device, IommuService service, TranslatedSpace space, @Nullable BouncePool pool) {
        this.device = device;
        this.service = service;
        this.space = space;
        this.pool = pool;
        domain = space.domain();
        foreign = space.foreign();
        coherent = device.coherent();
        granuleMask = space.granule() - 1;
        memory = new IommuMemory(device, service, space, this);
        messages = new IommuMessages(device, space, service.swiotlb());
        scatter = new IommuScatter(device, space, this);
        links = new IommuLinks(device, space, this, pool);
    }

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        requireBytes(bytes);
        if (mayBounce(bytes, direction) && ((physical | bytes) & granuleMask) != 0) {
            return mapBounced(physical, bytes, direction, attributes);
        }
        maintainForDevice(physical, bytes, direction, attributes);
        return space.map(device, physical, bytes, protection(direction, attributes), device.effectiveMask());
    }

    private long mapBounced(long physical, long bytes, DmaDirection direction, int attributes) {
        long copy = bounce(physical, bytes, direction, attributes);
        return Refusals.isRefusal(copy) ? copy : mapCopy(copy, bytes, direction, attributes);
    }

    /** A copy of the buffer in the pool, in granules of which nothing else is seen; or a refusal. */
    long bounce(long physical, long bytes, DmaDirection direction, int attributes) {
        if (pool == null) {
            service.logInactivePool(device.id());
            return Refusals.of(DmaErrorCode.NO_POOL);
        }
        BounceReason reason =
                device.untrusted() ? BounceReason.UNTRUSTED_PARTIAL_GRANULE : BounceReason.SMALL_UNALIGNED_BUFFER;
        long copy = pool.map(device, physical, bytes, granuleMask, direction, attributes, reason);
        if (!Refusals.isRefusal(copy) && device.untrusted()) {
            zero(copy & ~granuleMask, copy & granuleMask);
            zero(copy + bytes, -(copy + bytes) & granuleMask);
        }
        return copy;
    }

    private void zero(long physical, long bytes) {
        if (bytes != 0) {
            service.memory().zero(physical, bytes);
        }
    }

    private long mapCopy(long copy, long bytes, DmaDirection direction, int attributes) {
        maintainForDevice(copy, bytes, direction, attributes);
        long dma = space.map(device, copy, bytes, protection(direction, attributes), device.effectiveMask());
        if (Refusals.isRefusal(dma) && pool != null) {
            pool.unmap(device, copy, bytes, direction, attributes);
        }
        return dma;
    }

    @Override
    public long mapMemory(MemorySegment buffer, DmaDirection direction, int attributes) {
        requireBytes(buffer.byteSize());
        if (pool == null) {
            return Refusals.of(DmaErrorCode.NO_POOL);
        }
        if (device.untrusted()) {
            return Refusals.of(DmaErrorCode.NOT_DEVICE_MEMORY);
        }
        long copy = pool.mapMemory(device, buffer, direction, attributes);
        return Refusals.isRefusal(copy) ? copy : mapCopy(copy, buffer.byteSize(), direction, attributes);
    }

    @Override
    public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        space.claim(device.id(), dma, bytes);
        if (coherent && pool == null) {
            space.remove(dma, bytes);
            return;
        }
        long physical = domain.translate(dma);
        if (!coherent && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            cachesForCpu(dma, physical, bytes, direction);
        }
        // The translation goes first: what the device writes from now on must not reach the copy (but see the flush
        // queue).
        space.remove(dma, bytes);
        if (pool != null && pool.contains(physical)) {
            pool.unmap(device, physical, bytes, direction, attributes);
        }
    }

    @Override
    public long mapResource(long physical, long bytes, DmaDirection direction, int attributes) {
        requireBytes(bytes);
        int protection = (protection(direction, attributes) & ~IommuDomain.CACHE) | IommuDomain.MMIO;
        return space.map(device, physical, bytes, protection, device.effectiveMask());
    }

    @Override
    public void unmapResource(long dma, long bytes, DmaDirection direction, int attributes) {
        space.unmap(device.id(), dma, bytes);
    }

    // Scatter lists

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        return scatter.map(list, direction, attributes);
    }

    @Override
    public boolean carriesPeers() {
        return true;
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        scatter.unmap(list, direction, attributes);
    }

    @Override
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {
        scatter.syncForCpu(list, direction);
    }

    @Override
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {
        scatter.syncForDevice(list, direction);
    }

    // Synchronising

    @Override
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {
        if (coherent && pool == null) {
            return;
        }
        long physical = requireMapped(dma);
        if (!coherent) {
            cachesForCpu(dma, physical, bytes, direction);
        }
        if (pool != null && pool.contains(physical)) {
            pool.syncForCpu(device, physical, bytes, direction);
        }
    }

    @Override
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {
        if (coherent && pool == null) {
            return;
        }
        long physical = requireMapped(dma);
        if (pool != null && pool.contains(physical)) {
            pool.syncForDevice(device, physical, bytes, direction);
        }
        if (!coherent) {
            cachesForDeviceAgain(dma, physical, bytes, direction);
        }
    }

    // What the parts of this backend ask

    void maintainForDevice(long physical, long bytes, DmaDirection direction, int attributes) {
        if (!coherent && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            cachesForDevice(physical, bytes, direction);
        }
    }

    /** Cache maintenance of a buffer that the kernel knows by this address. */
    void cachesForDevice(long physical, long bytes, DmaDirection direction) {
        if (foreign == null) {
            service.caches().forDevice(physical, bytes, direction);
        } else {
            foreign.forDevice(service.caches(), physical, bytes, direction);
        }
    }

    /** The same for the CPU. */
    void entryCachesForCpu(long physical, long bytes, DmaDirection direction) {
        if (foreign == null) {
            service.caches().forCpu(physical, bytes, direction);
        } else {
            foreign.forCpuByGuest(service.caches(), physical, bytes, direction);
        }
    }

    /** Cache maintenance of what is mapped at {@code dma}, where the tables have {@code physical}. */
    void cachesForCpu(long dma, long physical, long bytes, DmaDirection direction) {
        if (foreign == null) {
            service.caches().forCpu(physical, bytes, direction);
        } else {
            foreign.forCpu(service.caches(), domain, dma, bytes, direction);
        }
    }

    private void cachesForDeviceAgain(long dma, long physical, long bytes, DmaDirection direction) {
        if (foreign == null) {
            service.caches().forDevice(physical, bytes, direction);
        } else {
            foreign.forDeviceAgain(service.caches(), domain, dma, bytes, direction);
        }
    }

    /** Whether a buffer of that length is bounced if it does not fill whole granules. */
    boolean mayBounce(long bytes, DmaDirection direction) {
        return service.swiotlb() && (device.untrusted() || (!coherent && service.kmallocNeedsBounce(bytes, direction)));
    }

    int protection(DmaDirection direction, int attributes) {
        int protection = coherent ? IommuDomain.CACHE : 0;
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

    void requireBytes(long bytes) {
        if (bytes == 0) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_SIZE,
                    device.id() + ": cannot map bytes=0 behind an IOMMU: expected 1 or more. Leave empty buffers out.");
        }
    }

    private long requireMapped(long dma) {
        long physical = domain.translate(dma);
        if (physical == IommuDomain.NOT_MAPPED) {
            throw new DmaUsageException(
                    DmaErrorCode.NOT_MAPPED,
                    device.id() + ": cannot synchronise dma=0x" + Long.toHexString(dma)
                            + ": no mapping is there. Pass an address of a mapping that is still mapped.");
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

    @Override
    public NoncontiguousResult allocateNoncontiguous(long bytes, DmaDirection direction, int attributes) {
        return memory.allocateNoncontiguous(bytes, direction, attributes);
    }

    @Override
    public void freeNoncontiguous(NoncontiguousAllocation allocation, DmaDirection direction) {
        memory.freeNoncontiguous(allocation);
    }

    @Override
    public IovaLinks iovaLinks() {
        return links;
    }

    // Queries

    @Override
    public boolean supports(long mask) {
        return true;
    }

    @Override
    public long requiredMask() {
        return MASK_32;
    }

    @Override
    public long maxMappingBytes() {
        if (!device.untrusted()) {
            return Long.MAX_VALUE;
        }
        return pool != null ? pool.maxMappingBytes(device) : IommuService.maxBounceBytes(device);
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
        long bus = device.busLimit();
        return Long.compareUnsigned(device.effectiveMask(), MASK_32) < 0
                || (bus != 0 && Long.compareUnsigned(bus, MASK_32) < 0);
    }

    @Override
    public boolean needsSync(long dma) {
        return true;
    }

    @Override
    public boolean skipsSyncUntilBounce() {
        return coherent;
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
                ? messages.forScatter(pool.refusal(device, code, physical, bytes))
                : messages.refusal(code, physical, bytes);
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return null;
    }
}
