package dev.dmaops.backend.swiotlb;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.EntryByEntry;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.KmallocRule;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Mapping for a hypervisor's guest whose frames are not those of its devices: translate first, bounce only when that is not enough
 * (drivers/xen/swiotlb-xen.c, 6.12).
 *
 * <p>A buffer is used as it is when the device reaches its bus address, it shares no cache line with other data, its frames are
 * neighbours on the bus, the architecture has no objection, and nothing is forced. Otherwise it goes through the pool, whose address
 * is translated too and must be reached again. Subclasses bring the architecture's part: its objection, cache maintenance of foreign
 * pages, and coherent memory.
 */
public abstract class TranslatingOps implements DmaOps {
    private static final long LOW_32_BITS = 0xffff_ffffL;
    private static final int EIO = -5;
    private static final long NOT_IN_POOL = -1L;

    private final DmaDeviceState device;
    private final BackendContext context;
    private final BusFrames frames;
    private final @Nullable BouncePool pool;
    private final boolean forced;
    private final DmaRangeMap ranges;
    private final boolean coherent;
    private final boolean kmallocBounce;
    private final int lineBytes;
    private final CacheMaintenance caches;
    private final KernelVersion kernel;
    private final boolean keepsAlignment;
    private final PagesByMapping pages;
    private final AtomicBoolean noPoolLogged = new AtomicBoolean();
    private final AtomicBoolean resourceLogged = new AtomicBoolean();

    /**
     * One device's operations.
     *
     * @param pool the pool behind the device, or null
     */
    @SuppressWarnings("this-escape") // only kept, not called
    protected TranslatingOps(
            DmaDeviceState device, BackendContext context, BusFrames frames, @Nullable BouncePool pool) {
        this.device = device;
        this.context = context;
        this.frames = frames;
        this.pool = pool;
        forced = pool != null && pool.forced();
        ranges = device.ranges();
        coherent = device.coherent();
        caches = context.caches();
        lineBytes = caches.lineBytes();
        kernel = context.kernel();
        kmallocBounce = !coherent
                && pool != null
                && kernel.atLeast(6, 5)
                && context.config().enabled("DMA_BOUNCE_UNALIGNED_KMALLOC");
        keepsAlignment = bouncesToKeepAlignment(kernel);
        pages = new PagesByMapping(this, device, context);
    }

    /** Whether streaming maps bounce to keep their alignment: 6.12 and 6.13 did so until it was relaxed in 6.12.16 and 6.13.4. */
    private static boolean bouncesToKeepAlignment(KernelVersion kernel) {
        return kernel.major() == 6
                && ((kernel.minor() == 12 && kernel.patch() < 16) || (kernel.minor() == 13 && kernel.patch() < 4));
    }

    // What the architecture adds

    /**
     * Why the architecture does not let the device use a buffer that it reaches, or null when it does (xen_arch_need_swiotlb).
     *
     * @param bus bus address of the first byte, before the device's windows
     */
    protected abstract @Nullable BounceReason objection(long physical, long bus);

    /** Cache maintenance before the device looks, for frames that the kernel has no page for. */
    protected abstract void foreignForDevice(long bus, long bytes, DmaDirection direction);

    /** Cache maintenance before the CPU looks, for frames that the kernel has no page for. */
    protected abstract void foreignForCpu(long bus, long bytes, DmaDirection direction);

    /** The device. */
    protected final DmaDeviceState device() {
        return device;
    }

    /** What the platform gives. */
    protected final BackendContext context() {
        return context;
    }

    /** The frames of the bus. */
    protected final BusFrames frames() {
        return frames;
    }

    /** The DMA address of a physical one: frame first, then the device's windows (xen_phys_to_dma). */
    protected final long toDma(long physical) {
        return ranges.toDma(frames.toBusAddress(physical));
    }

    // Streaming

    @Override
    public final long map(long physical, long bytes, DmaDirection direction, int attributes) {
        if ((attributes & DmaAttributes.MMIO) != 0) {
            return mapResource(physical, bytes, direction, attributes);
        }
        long bus = frames.toBusAddress(physical);
        if (bus >>> BusFrames.SHIFT == BusFrames.NO_FRAME >>> BusFrames.SHIFT) {
            return Refusals.of(DmaErrorCode.NOT_DEVICE_MEMORY);
        }
        long dma = ranges.toDma(bus);
        BounceReason reason = reason(physical, bus, dma, bytes, direction);
        if (reason != null) {
            return bounce(physical, bytes, direction, attributes, reason);
        }
        maintainForDevice(physical, dma, bytes, direction, attributes);
        return dma;
    }

    /** Why the buffer cannot be used as it is, in Linux's order, or null. */
    private @Nullable BounceReason reason(long physical, long bus, long dma, long bytes, DmaDirection direction) {
        if (!device.reaches(dma, bytes)) {
            return dma == DmaRangeMap.UNREACHABLE ? BounceReason.OUTSIDE_DMA_RANGES : BounceReason.ADDRESS_ABOVE_LIMIT;
        }
        if (kmallocBounce && KmallocRule.needsBounce(bytes, direction, lineBytes)) {
            return BounceReason.SMALL_UNALIGNED_BUFFER;
        }
        if (keepsAlignment
                && frames.losesAlignment(physical, bytes, context.pages().pageBytes())) {
            return BounceReason.MACHINE_MISALIGNED;
        }
        if (frames.straddles(physical, bytes)) {
            return BounceReason.STRADDLES_MACHINE_FRAMES;
        }
        BounceReason objection = objection(physical, bus);
        if (objection != null) {
            return objection;
        }
        return forced ? BounceReason.FORCED_BY_CONFIG : null;
    }

    private long bounce(long physical, long bytes, DmaDirection direction, int attributes, BounceReason reason) {
        BouncePool behind = pool;
        if (behind == null) {
            return noPool();
        }
        long bounced = behind.map(device, physical, bytes, 0, direction, attributes, reason);
        return Refusals.isRefusal(bounced) ? bounced : reached(behind, bounced, bytes, direction, attributes);
    }

    private long noPool() {
        if (noPoolLogged.compareAndSet(false, true)) {
            context.events()
                    .log(
                            device.id(),
                            "Can not allocate SWIOTLB buffer earlier and can't now provide you with the DMA bounce buffer");
        }
        return Refusals.of(DmaErrorCode.NO_POOL);
    }

    /** Translates the copy, checks that the device reaches it, and gives it back without a word if not. */
    private long reached(BouncePool behind, long bounced, long bytes, DmaDirection direction, int attributes) {
        long dma = toDma(bounced);
        if (!device.reaches(dma, bytes)) {
            behind.unmap(device, bounced, bytes, direction, attributes | DmaAttributes.SKIP_CPU_SYNC);
            return Refusals.of(DmaErrorCode.POOL_OUT_OF_REACH);
        }
        maintainForDevice(bounced, dma, bytes, direction, attributes);
        return dma;
    }

    @Override
    public final long mapMemory(MemorySegment memory, DmaDirection direction, int attributes) {
        BouncePool behind = pool;
        if (behind == null) {
            return Refusals.of(DmaErrorCode.NOT_DEVICE_MEMORY);
        }
        long bounced = behind.mapMemory(device, memory, direction, attributes);
        return Refusals.isRefusal(bounced)
                ? bounced
                : reached(behind, bounced, memory.byteSize(), direction, attributes);
    }

    @Override
    public final void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        long bus = ranges.toPhysical(dma);
        if ((attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            maintainForCpu(bus, bytes, direction);
        }
        long slot = inPool(bus);
        BouncePool behind = pool;
        if (behind != null && slot != NOT_IN_POOL) {
            behind.unmap(device, slot, bytes, direction, attributes);
        }
    }

    @Override
    public final void syncForCpu(long dma, long bytes, DmaDirection direction) {
        long bus = ranges.toPhysical(dma);
        maintainForCpu(bus, bytes, direction);
        long slot = inPool(bus);
        BouncePool behind = pool;
        if (behind != null && slot != NOT_IN_POOL) {
            behind.syncForCpu(device, slot, bytes, direction);
        }
    }

    @Override
    public final void syncForDevice(long dma, long bytes, DmaDirection direction) {
        long bus = ranges.toPhysical(dma);
        long slot = inPool(bus);
        BouncePool behind = pool;
        if (behind != null && slot != NOT_IN_POOL) {
            behind.syncForDevice(device, slot, bytes, direction);
        }
        maintainForDevice(frames.toGuestAddress(bus), dma, bytes, direction, DmaAttributes.NONE);
    }

    /** The address in the pool behind a bus address, only for a frame of this domain: another's may have the same number. */
    private long inPool(long bus) {
        long pfn = frames.toLocal(bus >>> BusFrames.SHIFT);
        BouncePool behind = pool;
        if (behind == null || pfn == BusFrames.NO_FRAME || !frames.isValid(pfn)) {
            return NOT_IN_POOL;
        }
        long physical = (pfn << BusFrames.SHIFT) | (bus & (BusFrames.BYTES - 1));
        return behind.contains(physical) ? physical : NOT_IN_POOL;
    }

    private void maintainForDevice(long physical, long dma, long bytes, DmaDirection direction, int attributes) {
        if (coherent || (attributes & DmaAttributes.SKIP_CPU_SYNC) != 0) {
            return;
        }
        long bus = ranges.toPhysical(dma);
        if (frames.isValid(bus >>> BusFrames.SHIFT)) {
            caches.forDevice(physical, bytes, direction);
        } else {
            foreignForDevice(bus, bytes, direction);
        }
    }

    private void maintainForCpu(long bus, long bytes, DmaDirection direction) {
        if (coherent) {
            return;
        }
        if (frames.isValid(bus >>> BusFrames.SHIFT)) {
            caches.forCpu(frames.toGuestAddress(bus), bytes, direction);
        } else {
            foreignForCpu(bus, bytes, direction);
        }
    }

    // Device registers

    /** Refused before 6.18, whose operations lack it; then the address itself, when the device reaches it. */
    @Override
    public final long mapResource(long physical, long bytes, DmaDirection direction, int attributes) {
        if (!kernel.atLeast(6, 18)) {
            return Refusals.of(DmaErrorCode.RESOURCE_UNSUPPORTED);
        }
        if (device.reaches(physical, bytes)) {
            return physical;
        }
        if (resourceLogged.compareAndSet(false, true)) {
            context.events()
                    .log(
                            device.id(),
                            String.format(
                                    "DMA addr 0x%016x+%s overflow (mask %x, bus limit %x).",
                                    physical, Long.toUnsignedString(bytes), device.streamingMask(), device.busLimit()));
        }
        return Refusals.of(DmaErrorCode.OUT_OF_REACH);
    }

    // Scatter lists

    @Override
    public final long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        return EntryByEntry.map(this, list, direction, attributes);
    }

    @Override
    public final void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        EntryByEntry.unmap(this, list, direction, attributes);
    }

    @Override
    public final void syncScatterForCpu(ScatterList list, DmaDirection direction) {
        EntryByEntry.syncForCpu(this, list, direction);
    }

    @Override
    public final void syncScatterForDevice(ScatterList list, DmaDirection direction) {
        EntryByEntry.syncForDevice(this, list, direction);
    }

    // Pages

    @Override
    public final AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        return pages.allocate(bytes, direction);
    }

    @Override
    public final void freePages(Allocation allocation, DmaDirection direction) {
        pages.free(allocation, direction);
    }

    // Questions

    /** Whether a mask reaches the last byte of the pool as devices see it: RAM plays no role (xen_swiotlb_dma_supported). */
    @Override
    public final boolean supports(long mask) {
        long last = pool == null ? DmaRangeMap.UNREACHABLE : toDma(pool.limit());
        return Long.compareUnsigned(last, mask) <= 0;
    }

    @Override
    public final long requiredMask() {
        return LOW_32_BITS;
    }

    @Override
    public final long maxMappingBytes() {
        return pool == null ? Long.MAX_VALUE : pool.maxMappingBytes(device);
    }

    @Override
    public final long optimalMappingBytes() {
        return maxMappingBytes();
    }

    @Override
    public final long mergeBoundary() {
        return 0;
    }

    /** By the required mask alone, which says 32 bits: pages above can still need to bounce. */
    @Override
    public final boolean addressingLimited() {
        long limit = device.effectiveMask();
        if (device.busLimit() != 0 && Long.compareUnsigned(device.busLimit(), limit) < 0) {
            limit = device.busLimit();
        }
        return Long.compareUnsigned(limit, requiredMask()) < 0;
    }

    @Override
    public final boolean needsSync(long dma) {
        return true;
    }

    @Override
    public final boolean skipsSyncUntilBounce() {
        return false;
    }

    @Override
    public final boolean canMapToUser() {
        return true;
    }

    @Override
    public final @Nullable BounceReason bounceReason(long dma) {
        long slot = inPool(ranges.toPhysical(dma));
        return pool != null && slot != NOT_IN_POOL ? pool.reason(slot) : null;
    }

    @Override
    public final Refused refusal(DmaErrorCode code, long physical, long bytes) {
        BouncePool behind = pool;
        return switch (code) {
            case REQUEST_TOO_LARGE, NO_FREE_RUN, POOL_EXHAUSTED ->
                behind == null ? withoutPool(bytes) : behind.refusal(device, code, physical, bytes);
            case POOL_OUT_OF_REACH -> refused(code, bytes, poolOutOfReach());
            case NO_POOL -> withoutPool(bytes);
            case NOT_DEVICE_MEMORY ->
                refused(
                        code,
                        bytes,
                        "the buffer is not memory of this machine and no pool stands behind the device to copy it through."
                                + " Take the buffer from the machine, or leave noforce out of swiotlb=.");
            case RESOURCE_UNSUPPORTED ->
                refused(
                        code,
                        bytes,
                        "device registers can be mapped from Linux 6.18 on, this kernel is " + kernel
                                + ". Use memory.");
            case OUT_OF_REACH ->
                refused(
                        code,
                        bytes,
                        String.format(
                                "the registers at 0x%x end above what the device reaches: 0x%x (mask 0x%x, bus limit 0x%x)."
                                        + " Use a wider mask if the device can drive one.",
                                physical, device.streamingLimit(), device.streamingMask(), device.busLimit()));
            default -> refused(code, bytes, "refused.");
        };
    }

    private Refused withoutPool(long bytes) {
        return refused(
                DmaErrorCode.NO_POOL,
                bytes,
                "it has to bounce and there is no pool. Leave noforce out of swiotlb=, or give it memory that it reaches.");
    }

    private String poolOutOfReach() {
        long last = pool == null ? DmaRangeMap.UNREACHABLE : toDma(pool.limit());
        return String.format(
                "it has to bounce, and the slot lies out of the device's reach too: the pool ends at DMA 0x%x, the device"
                        + " reaches 0x%x (mask 0x%x, bus limit 0x%x). Use a wider mask if it can drive one, or a smaller pool"
                        + " (swiotlb=SLOTS), which lies lower.",
                last, device.streamingLimit(), device.streamingMask(), device.busLimit());
    }

    private Refused refused(DmaErrorCode code, long bytes, String why) {
        return new Refused(
                code,
                device.id(),
                bytes,
                code.text() + " " + device.id() + ": cannot map " + bytes + " bytes: " + why + " [" + name() + "]",
                EIO);
    }

    /** The backend's id, for messages. */
    protected abstract String name();

    /** None: which frames are their own bus frames can change with every grant. */
    @Override
    public final @Nullable DirectWindow directWindow() {
        return null;
    }
}
