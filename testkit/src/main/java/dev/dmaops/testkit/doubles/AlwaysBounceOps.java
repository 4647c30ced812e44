package dev.dmaops.testkit.doubles;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** One device's part of {@link AlwaysBounce}. */
final class AlwaysBounceOps implements DmaOps {
    private static final int ENOMEM = -12;

    private final DmaDeviceState device;
    private final BackendContext context;
    private final PhysicalMemory memory;
    private final ReachablePages pages;
    private final ConcurrentSkipListMap<Long, Copy> live = new ConcurrentSkipListMap<>(Long::compareUnsigned);

    AlwaysBounceOps(DmaDeviceState device, BackendContext context) {
        this.device = device;
        this.context = context;
        memory = context.memory();
        pages = new ReachablePages(device, context);
    }

    /**
     * A mapping.
     *
     * @param original the driver's buffer
     * @param block physical address of the copy's pages
     * @param blockBytes their length
     * @param physical physical address of the copy
     */
    private record Copy(MemorySegment original, long block, long blockBytes, long physical) {}

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        if (!memory.isRam(physical, bytes)) {
            return Refusals.of(DmaErrorCode.NOT_DEVICE_MEMORY);
        }
        return bounce(memory.segment(physical, bytes), physical);
    }

    @Override
    public long mapMemory(MemorySegment original, DmaDirection direction, int attributes) {
        return bounce(original, 0);
    }

    private long bounce(MemorySegment original, long address) {
        long bytes = original.byteSize();
        if (bytes == 0) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_SIZE, device.id() + ": cannot bounce bytes=0: expected 1 or more.");
        }
        if (bytes > AlwaysBounce.MOST_BYTES) {
            return Refusals.of(DmaErrorCode.REQUEST_TOO_LARGE);
        }
        long offset = address & device.constraints().minAlignMask();
        long block = pages.allocate(offset + bytes, device.streamingLimit());
        if (block == PageAllocator.NO_PAGES) {
            return Refusals.of(DmaErrorCode.POOL_EXHAUSTED);
        }
        Copy copy = new Copy(original, block, offset + bytes, block + offset);
        copyIn(copy, 0, bytes);
        long dma = device.ranges().toDma(copy.physical);
        live.put(dma, copy);
        device.skipSync(false);
        return dma;
    }

    private void copyIn(Copy copy, long offset, long bytes) {
        memory.copyIn(copy.original, offset, copy.physical + offset, bytes);
        if (!device.coherent()) {
            context.caches().forDevice(copy.physical + offset, bytes, DmaDirection.BIDIRECTIONAL);
        }
    }

    private void copyOut(Copy copy, long offset, long bytes) {
        if (!device.coherent()) {
            context.caches().forCpu(copy.physical + offset, bytes, DmaDirection.BIDIRECTIONAL);
        }
        memory.copyOut(copy.physical + offset, copy.original, offset, bytes);
    }

    @Override
    public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        Copy copy = live.get(dma);
        if (copy == null || copy.original.byteSize() != bytes) {
            throw new DmaUsageException(
                    copy == null ? DmaErrorCode.NOT_MAPPED : DmaErrorCode.MISMATCHED_UNMAP,
                    device.id() + ": cannot unmap dma=0x" + Long.toHexString(dma) + " bytes=" + bytes
                            + ": no mapping of that length starts there. Unmap what was mapped, once.");
        }
        live.remove(dma);
        if (direction.reachesCpu() && (attributes & DmaAttributes.SKIP_CPU_SYNC) == 0) {
            copyOut(copy, 0, bytes);
        }
        memory.segment(copy.block, copy.blockBytes).fill(AlwaysBounce.POISON);
        pages.free(copy.block, copy.blockBytes);
    }

    @Override
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {
        if (direction.reachesCpu()) {
            Map.Entry<Long, Copy> mapping = mappingAround(dma, bytes);
            copyOut(mapping.getValue(), dma - mapping.getKey(), bytes);
        }
    }

    @Override
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {
        if (direction.reachesDevice()) {
            Map.Entry<Long, Copy> mapping = mappingAround(dma, bytes);
            copyIn(mapping.getValue(), dma - mapping.getKey(), bytes);
        }
    }

    private Map.Entry<Long, Copy> mappingAround(long dma, long bytes) {
        Map.Entry<Long, Copy> below = live.floorEntry(dma);
        if (below == null || dma - below.getKey() > below.getValue().original.byteSize() - bytes) {
            throw new DmaUsageException(
                    DmaErrorCode.NOT_MAPPED,
                    device.id() + ": cannot synchronise dma=0x" + Long.toHexString(dma) + " bytes=" + bytes
                            + ": no mapping holds all of it. Stay inside of one.");
        }
        return below;
    }

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        for (int i = 0; i < list.entries(); i++) {
            MemorySegment buffer = list.entryMemory(i);
            long physical = list.entryPhysical(i);
            long dma = physical == PhysicalMemory.NOT_MACHINE_MEMORY && buffer != null
                    ? mapMemory(buffer, direction, attributes)
                    : map(physical, list.entryBytes(i), direction, attributes);
            if (Refusals.isRefusal(dma)) {
                unmapFirst(list, i, direction, attributes | DmaAttributes.SKIP_CPU_SYNC);
                return dma;
            }
            list.recordSegment(i, dma, list.entryBytes(i));
        }
        return list.entries();
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        unmapFirst(list, list.entries(), direction, attributes);
    }

    private void unmapFirst(ScatterList list, int count, DmaDirection direction, int attributes) {
        for (int i = 0; i < count; i++) {
            unmap(list.recordedAddress(i), list.entryBytes(i), direction, attributes);
        }
    }

    @Override
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {
        for (int i = 0; i < list.entries(); i++) {
            syncForCpu(list.recordedAddress(i), list.entryBytes(i), direction);
        }
    }

    @Override
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {
        for (int i = 0; i < list.entries(); i++) {
            syncForDevice(list.recordedAddress(i), list.entryBytes(i), direction);
        }
    }

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        if (!(allocate(bytes) instanceof Allocation allocation)) {
            return AllocationResult.refused(
                    refusal(DmaErrorCode.NO_COHERENT_MEMORY, PhysicalMemory.NOT_MACHINE_MEMORY, bytes));
        }
        if (!device.coherent()) {
            context.caches().beginUncached(allocation.physical(), allocation.bytes());
        }
        return (attributes & DmaAttributes.NO_KERNEL_MAPPING) == 0
                ? allocation
                : new Allocation(MemorySegment.NULL, allocation.physical(), allocation.dma(), allocation.bytes());
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {
        if (!device.coherent()) {
            context.caches().endUncached(allocation.physical(), allocation.bytes());
        }
        free(allocation);
    }

    // Pages need no copy: the caller synchronises them, and their syncs are those of a mapping whose copy is itself.
    @Override
    public AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        AllocationResult result = allocate(bytes);
        if (result instanceof Allocation allocation) {
            long physical = allocation.physical();
            Copy self = new Copy(allocation.memory(), physical, allocation.bytes(), physical);
            live.put(allocation.dma(), self);
            copyIn(self, 0, allocation.bytes());
            device.skipSync(false);
        }
        return result;
    }

    @Override
    public void freePages(Allocation allocation, DmaDirection direction) {
        live.remove(allocation.dma());
        free(allocation);
    }

    private AllocationResult allocate(long bytes) {
        long page = context.pages().pageBytes();
        long size = (bytes + page - 1) & -page;
        long physical = size < bytes ? PageAllocator.NO_PAGES : pages.allocate(size, device.coherentLimit());
        if (physical == PageAllocator.NO_PAGES) {
            return AllocationResult.refused(
                    refusal(DmaErrorCode.NO_COHERENT_MEMORY, PhysicalMemory.NOT_MACHINE_MEMORY, bytes));
        }
        memory.zero(physical, size);
        return new Allocation(
                memory.segment(physical, size), physical, device.ranges().toDma(physical), size);
    }

    private void free(Allocation allocation) {
        memory.segment(allocation.physical(), allocation.bytes()).fill(AlwaysBounce.POISON);
        pages.free(allocation.physical(), allocation.bytes());
    }

    @Override
    public boolean supports(long mask) {
        long lowest = device.ranges().toDma(context.pages().pageBytes());
        return Long.compareUnsigned(mask, lowest) > 0;
    }

    @Override
    public long requiredMask() {
        return 0xffff_ffffL;
    }

    @Override
    public long maxMappingBytes() {
        return AlwaysBounce.MOST_BYTES;
    }

    @Override
    public long optimalMappingBytes() {
        return AlwaysBounce.MOST_BYTES;
    }

    @Override
    public long mergeBoundary() {
        return 0;
    }

    @Override
    public boolean addressingLimited() {
        return false;
    }

    @Override
    public boolean needsSync(long dma) {
        return true;
    }

    @Override
    public boolean skipsSyncUntilBounce() {
        return false;
    }

    @Override
    public boolean canMapToUser() {
        return device.coherent();
    }

    @Override
    public @Nullable BounceReason bounceReason(long dma) {
        return live.containsKey(dma) ? BounceReason.FORCED_BY_CONFIG : null;
    }

    @Override
    public Refused refusal(DmaErrorCode code, long physical, long bytes) {
        String limit = code == DmaErrorCode.REQUEST_TOO_LARGE
                ? "one mapping may use at most " + AlwaysBounce.MOST_BYTES + " bytes. Split the buffer."
                : "no pages of the device's reach are free. Free some, or widen its mask.";
        return new Refused(
                code,
                device.id(),
                bytes,
                code.text() + " " + device.id() + ": cannot provide " + bytes + " bytes: " + limit + " [always-bounce]",
                ENOMEM);
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return null;
    }
}
