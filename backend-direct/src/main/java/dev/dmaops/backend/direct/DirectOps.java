package dev.dmaops.backend.direct;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.EntryByEntry;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.KmallocRule;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Direct mapping, with a bounce pool behind it or without one (kernel/dma/direct.c and direct.h, 6.12).
 *
 * <p>A map decides in this order: forced to bounce; else the bus has an address for the buffer, its end is not above mask and bus
 * limit, and it shares no cache line with other data: direct; else bounce; else refuse. A list is mapped entry by entry and never
 * joined. Device registers are never translated and never bounced.
 */
public final class DirectOps implements DmaOps {
    private static final int EIO = -5;
    private static final int ENOMEM = -12;
    private static final int EREMOTEIO = -121;

    private final DmaDeviceState device;
    private final DirectService service;
    private final @Nullable BouncePool pool;
    private final BounceReason forcedReason;
    private final boolean forced;
    private final DmaRangeMap ranges;
    private final boolean coherent;
    private final boolean kmallocBounce;
    private final int lineBytes;
    private final CacheMaintenance caches;
    private final KernelVersion kernel;
    private final CoherentMemory coherentMemory;
    private final Reach reach;

    /**
     * One device's operations.
     *
     * @param pool the pool behind the device, or null
     */
    public DirectOps(DmaDeviceState device, DirectService service, @Nullable BouncePool pool) {
        this.device = device;
        this.service = service;
        this.pool = pool;
        forced = pool != null && pool.forced();
        forcedReason = pool != null && pool.restricted()
                ? BounceReason.RESTRICTED_POOL
                : service.guestEncrypted() ? BounceReason.FORCED_CONFIDENTIAL_GUEST : BounceReason.FORCED_BY_CONFIG;
        ranges = device.ranges();
        coherent = device.coherent();
        caches = service.caches();
        lineBytes = caches.lineBytes();
        kernel = service.context().kernel();
        // Without a pool kmalloc keeps every buffer to cache lines of its own, so the rule never bites.
        kmallocBounce = service.kmallocBounce() && !coherent && pool != null;
        coherentMemory = new CoherentMemory(device, service, pool);
        reach = new Reach(device, service.context());
    }

    // Streaming

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        if ((attributes & DmaAttributes.MMIO) != 0) {
            return mapRegisters(physical, bytes);
        }
        BouncePool behind = pool;
        if (forced && behind != null) {
            return bounce(behind, physical, bytes, direction, attributes, forcedReason);
        }
        long dma = ranges.toDma(physical);
        if (!device.reaches(dma, bytes)) {
            if (behind == null) {
                return overflow(dma, bytes);
            }
            BounceReason reason =
                    dma == DmaRangeMap.UNREACHABLE ? BounceReason.OUTSIDE_DMA_RANGES : BounceReason.ADDRESS_ABOVE_LIMIT;
            return bounce(behind, physical, bytes, direction, attributes, reason);
        }
        if (kmallocBounce && behind != null && KmallocRule.needsBounce(bytes, direction, lineBytes)) {
            return bounce(behind, physical, bytes, direction, attributes, BounceReason.SMALL_UNALIGNED_BUFFER);
        }
        if (!coherent && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            caches.forDevice(physical, bytes, direction);
        }
        return dma;
    }

    @Override
    public long mapMemory(MemorySegment memory, DmaDirection direction, int attributes) {
        BouncePool behind = pool;
        if (behind == null) {
            return Refusals.of(DmaErrorCode.NOT_DEVICE_MEMORY);
        }
        long bounced = behind.mapMemory(device, memory, direction, attributes);
        return Refusals.isRefusal(bounced)
                ? bounced
                : reached(behind, bounced, memory.byteSize(), direction, attributes);
    }

    /** swiotlb_map. */
    private long bounce(
            BouncePool behind, long physical, long bytes, DmaDirection direction, int attributes, BounceReason reason) {
        long bounced = behind.map(device, physical, bytes, 0, direction, attributes, reason);
        return Refusals.isRefusal(bounced) ? bounced : reached(behind, bounced, bytes, direction, attributes);
    }

    /** Checks that the device reaches the copy, and gives it back if not. */
    private long reached(BouncePool behind, long bounced, long bytes, DmaDirection direction, int attributes) {
        long dma = ranges.toDma(bounced);
        if (!device.reaches(dma, bytes)) {
            behind.unmap(device, bounced, bytes, direction, attributes | DmaAttributes.SKIP_CPU_SYNC);
            service.logBounceOverflow(device.id(), overflowText("swiotlb addr ", dma, bytes));
            return Refusals.of(DmaErrorCode.POOL_OUT_OF_REACH);
        }
        if (!coherent && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            caches.forDevice(bounced, bytes, direction);
        }
        return dma;
    }

    private long overflow(long dma, long bytes) {
        service.logMapOverflow(device.id(), overflowText("DMA addr ", dma, bytes));
        return Refusals.of(DmaErrorCode.OUT_OF_REACH);
    }

    private String overflowText(String start, long dma, long bytes) {
        return start
                + String.format(
                        "0x%016x+%s overflow (mask %x, bus limit %x).",
                        dma, Long.toUnsignedString(bytes), device.streamingMask(), device.busLimit());
    }

    @Override
    public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        long physical = ranges.toPhysical(dma);
        if (!coherent && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            caches.forCpu(physical, bytes, direction);
        }
        BouncePool behind = pool;
        if (behind != null && behind.contains(physical)) {
            behind.unmap(device, physical, bytes, direction, attributes);
        }
    }

    @Override
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {
        long physical = ranges.toPhysical(dma);
        if (!coherent) {
            caches.forCpu(physical, bytes, direction);
        }
        BouncePool behind = pool;
        if (behind != null && behind.contains(physical)) {
            behind.syncForCpu(device, physical, bytes, direction);
        }
    }

    @Override
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {
        long physical = ranges.toPhysical(dma);
        BouncePool behind = pool;
        if (behind != null && behind.contains(physical)) {
            behind.syncForDevice(device, physical, bytes, direction);
        }
        if (!coherent) {
            caches.forDevice(physical, bytes, direction);
        }
    }

    // Device registers

    @Override
    public long mapResource(long physical, long bytes, DmaDirection direction, int attributes) {
        return mapRegisters(physical, bytes);
    }

    /** Registers are at their physical address on the bus: no window applies. From 6.18 a forced bounce refuses them. */
    private long mapRegisters(long physical, long bytes) {
        if (forced && kernel.atLeast(6, 18)) {
            return Refusals.of(DmaErrorCode.RESOURCE_UNSUPPORTED);
        }
        if (!device.reaches(physical, bytes)) {
            String text = overflowText("DMA addr ", physical, bytes);
            if (kernel.atLeast(6, 18)) {
                service.logMapOverflow(device.id(), text);
            } else {
                service.logResourceOverflow(device.id(), text);
            }
            return Refusals.of(DmaErrorCode.OUT_OF_REACH);
        }
        return physical;
    }

    // Scatter lists

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        return EntryByEntry.map(this, list, direction, attributes);
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        EntryByEntry.unmap(this, list, direction, attributes);
    }

    @Override
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {
        EntryByEntry.syncForCpu(this, list, direction);
    }

    @Override
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {
        EntryByEntry.syncForDevice(this, list, direction);
    }

    // Memory

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        return coherentMemory.allocate(bytes, attributes, flags);
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {
        coherentMemory.free(allocation);
    }

    @Override
    public AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        return coherentMemory.allocatePages(bytes, flags);
    }

    @Override
    public void freePages(Allocation allocation, DmaDirection direction) {
        coherentMemory.freePages(allocation);
    }

    // Questions

    @Override
    public boolean supports(long mask) {
        return reach.supports(mask);
    }

    @Override
    public long requiredMask() {
        return reach.requiredMask();
    }

    @Override
    public long maxMappingBytes() {
        return pool != null && (forced || reach.addressingLimited()) ? pool.maxMappingBytes(device) : Long.MAX_VALUE;
    }

    @Override
    public long optimalMappingBytes() {
        return maxMappingBytes();
    }

    @Override
    public long mergeBoundary() {
        return 0;
    }

    @Override
    public boolean addressingLimited() {
        return reach.addressingLimited();
    }

    @Override
    public boolean needsSync(long dma) {
        return !coherent || (pool != null && pool.contains(ranges.toPhysical(dma)));
    }

    @Override
    public boolean skipsSyncUntilBounce() {
        return coherent && kernel.atLeast(6, 10);
    }

    @Override
    public boolean canMapToUser() {
        return coherent || service.context().config().enabled("DMA_NONCOHERENT_MMAP");
    }

    @Override
    public @Nullable BounceReason bounceReason(long dma) {
        long physical = ranges.toPhysical(dma);
        return pool != null && pool.contains(physical) ? pool.reason(physical) : null;
    }

    @Override
    public Refused refusal(DmaErrorCode code, long physical, long bytes) {
        return switch (code) {
            case REQUEST_TOO_LARGE, NO_FREE_RUN, POOL_EXHAUSTED, POOL_OUT_OF_REACH, NO_POOL ->
                pool == null
                        ? refused(code, bytes, "no pool stands behind the device.", EIO)
                        : pool.refusal(device, code, physical, bytes);
            case OUT_OF_REACH -> refused(code, bytes, outOfReach(physical), EIO);
            case NOT_DEVICE_MEMORY ->
                refused(
                        code,
                        bytes,
                        "the buffer is not memory of this machine and no pool stands behind the device to copy it through."
                                + " Take the buffer from the machine, or give the platform a pool (swiotlb=force or memory"
                                + " above the device's reach).",
                        EIO);
            case NO_STREAMING_MASK ->
                // dma_map_sgtable answers 0 here, with no segments: that is Linux's.
                refused(code, bytes, "its bus gave it no streaming mask. Set the mask where the device is made.", 0);
            case RESOURCE_UNSUPPORTED ->
                refused(
                        code,
                        bytes,
                        "registers cannot bounce, and every mapping of this device has to. Use memory.",
                        EIO);
            case PEER_MEMORY -> refused(code, bytes, "it is memory of another device.", EREMOTEIO);
            default -> refused(code, bytes, "refused.", ENOMEM);
        };
    }

    private String outOfReach(long physical) {
        return String.format(
                        "it starts at physical 0x%x (%s), and the device reaches DMA addresses up to 0x%x (mask 0x%x, bus limit"
                                + " 0x%x). ",
                        physical,
                        windowText(physical),
                        device.streamingLimit(),
                        device.streamingMask(),
                        device.busLimit())
                + "Use memory that the device reaches (allocateCoherent), a wider mask if it can drive one, or a platform with a"
                + " bounce pool.";
    }

    private String windowText(long physical) {
        long dma = ranges.toDma(physical);
        return dma == DmaRangeMap.UNREACHABLE ? "in no window of its bus: " + ranges : String.format("DMA 0x%x", dma);
    }

    private Refused refused(DmaErrorCode code, long bytes, String why, int errno) {
        return new Refused(
                code,
                device.id(),
                bytes,
                code.text() + " " + device.id() + ": cannot map " + bytes + " bytes: " + why + " [direct]",
                errno);
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return forced || !coherent ? null : DirectWindows.of(device, pool);
    }
}
