package dev.dmaops.api;

import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationRefused;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.IovaLinks;
import dev.dmaops.spi.LinearMap;
import dev.dmaops.spi.NoncontiguousAllocation;
import dev.dmaops.spi.PhysicalMemory;
import dev.dmaops.spi.Refusals;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A device as its driver sees it: maps buffers, allocates memory, states its limits. How that is done was chosen when the
 * platform opened; {@link #choice()} tells.
 *
 * <p><b>Ownership.</b> A mapped buffer belongs to the device until it is unmapped, or synchronised for the CPU. Unmap with the
 * same address, length, direction and attributes as map.
 *
 * <p><b>Two forms.</b> {@link #map} gives an object to close; {@link #mapSingle} gives a bare address for hot loops. Both do the
 * same and allocate nothing that outlives the call.
 *
 * <p><b>Threads.</b> Maps, unmaps and syncs may run on any threads at once. Masks and constraints are set before the first map.
 */
public final class DmaDevice {
    /** What {@link #mapSingle} returns when it refuses: all ones, as in Linux. */
    public static final long MAPPING_ERROR = -1L;

    private final DmaDeviceState state;
    private final DmaOps ops;
    private final BackendChoice choice;
    private final PhysicalMemory memory;
    private final long pageBytes;
    private final long linearBase;
    private final long linearPhysical;
    private final long linearBytes;

    // The direct window, unpacked: an empty one has windowBytes 0. Plain fields: masks change before the first map
    // only.
    private long windowFirst;
    private long windowBytes;
    private long windowOffset;
    private long windowPool;
    private long windowPoolBytes;

    /** For assemblers: a device, with the operations that its backend bound to it. */
    public DmaDevice(DmaDeviceState state, DmaOps ops, BackendChoice choice, PhysicalMemory memory, long pageBytes) {
        this.pageBytes = pageBytes;
        this.state = state;
        this.ops = ops;
        this.choice = choice;
        this.memory = memory;
        LinearMap linear = memory.linearMap();
        linearBase = linear == null ? 0 : linear.nativeBase();
        linearPhysical = linear == null ? 0 : linear.physicalBase();
        linearBytes = linear == null ? 0 : linear.bytes();
        refreshWindow();
    }

    /** The device's id, as in the configuration. */
    public String id() {
        return state.id();
    }

    /** Which backend serves the device, and why. */
    public BackendChoice choice() {
        return choice;
    }

    // Streaming mappings

    /** {@link #map(MemorySegment, DmaDirection, int)} without attributes. */
    public DmaMapping map(MemorySegment buffer, DmaDirection direction) {
        return map(buffer, direction, DmaAttributes.NONE);
    }

    /**
     * Hands a buffer to the device.
     *
     * @param buffer memory of the machine, or, where the backend can bounce, any other
     * @throws DmaMappingException when it cannot be made reachable; says which limit
     */
    public DmaMapping map(MemorySegment buffer, DmaDirection direction, int attributes) {
        long bytes = buffer.byteSize();
        long physical = physicalAddress(buffer, 0, bytes);
        long result = mapResolved(physical, buffer, 0, bytes, direction, attributes);
        if (Refusals.isRefusal(result)) {
            throw new DmaMappingException(ops.refusal(Refusals.code(result), physical, bytes));
        }
        return mapping(physical, result, bytes, direction, attributes);
    }

    /** {@link #map(MemorySegment, DmaDirection, int)} that returns a refusal instead of throwing it. */
    public MapResult tryMap(MemorySegment buffer, DmaDirection direction, int attributes) {
        long bytes = buffer.byteSize();
        long physical = physicalAddress(buffer, 0, bytes);
        long result = mapResolved(physical, buffer, 0, bytes, direction, attributes);
        return Refusals.isRefusal(result)
                ? ops.refusal(Refusals.code(result), physical, bytes)
                : new Mapped(mapping(physical, result, bytes, direction, attributes));
    }

    /** {@link #tryMap(MemorySegment, DmaDirection, int)} for machine memory known by its physical address. */
    public MapResult tryMap(PhysicalAddress start, long bytes, DmaDirection direction, int attributes) {
        requireSize(bytes);
        long result = mapPhysical(start.value(), bytes, direction, attributes);
        return Refusals.isRefusal(result)
                ? ops.refusal(Refusals.code(result), start.value(), bytes)
                : new Mapped(mapping(start.value(), result, bytes, direction, attributes));
    }

    private DmaMapping mapping(long physical, long dma, long bytes, DmaDirection direction, int attributes) {
        BounceReason reason = inWindow(physical, bytes) ? null : ops.bounceReason(dma);
        return new DmaMapping(this, dma, bytes, direction, attributes, reason);
    }

    /**
     * Hands a part of a buffer to the device.
     *
     * @param offset first byte within the buffer
     * @param bytes length
     * @return the DMA address, or {@link #MAPPING_ERROR}
     */
    public long mapSingle(MemorySegment buffer, long offset, long bytes, DmaDirection direction, int attributes) {
        if ((offset | bytes) < 0 || offset > buffer.byteSize() - bytes) {
            throw outsideBuffer(buffer, offset, bytes);
        }
        long physical = physicalAddress(buffer, offset, bytes);
        long result = mapResolved(physical, buffer, offset, bytes, direction, attributes);
        return Refusals.isRefusal(result) ? MAPPING_ERROR : result;
    }

    /**
     * Hands machine memory to the device by its physical address.
     *
     * @param physical first byte
     * @param bytes length
     * @return the DMA address, or {@link #MAPPING_ERROR}
     */
    public long mapSingle(long physical, long bytes, DmaDirection direction, int attributes) {
        requireSize(bytes);
        long result = mapPhysical(physical, bytes, direction, attributes);
        return Refusals.isRefusal(result) ? MAPPING_ERROR : result;
    }

    /** Takes back what {@link #mapSingle} gave; the same length, direction and attributes. */
    public void unmapSingle(long dma, long bytes, DmaDirection direction, int attributes) {
        long physical = dma - windowOffset;
        if (Long.compareUnsigned(physical - windowFirst, windowBytes) < 0
                && Long.compareUnsigned(physical - windowPool, windowPoolBytes) >= 0) {
            return;
        }
        ops.unmap(dma, bytes, direction, attributes);
    }

    private long mapResolved(
            long physical, MemorySegment buffer, long offset, long bytes, DmaDirection direction, int attributes) {
        return physical == PhysicalMemory.NOT_MACHINE_MEMORY
                ? mapForeignMemory(buffer.asSlice(offset, bytes), direction, attributes)
                : mapPhysical(physical, bytes, direction, attributes);
    }

    private long mapPhysical(long physical, long bytes, DmaDirection direction, int attributes) {
        if (inWindow(physical, bytes)) {
            return physical + windowOffset;
        }
        if (!state.hasStreamingMask()) {
            return Refusals.of(DmaErrorCode.NO_STREAMING_MASK);
        }
        return ops.map(physical, bytes, direction, attributes);
    }

    private long mapForeignMemory(MemorySegment buffer, DmaDirection direction, int attributes) {
        return state.hasStreamingMask()
                ? ops.mapMemory(buffer, direction, attributes)
                : Refusals.of(DmaErrorCode.NO_STREAMING_MASK);
    }

    private boolean inWindow(long physical, long bytes) {
        long at = physical - windowFirst;
        return Long.compareUnsigned(at, windowBytes) < 0 && bytes <= windowBytes - at;
    }

    private long physicalAddress(MemorySegment buffer, long offset, long bytes) {
        if (buffer.isNative()) {
            long at = buffer.address() + offset - linearBase;
            if (Long.compareUnsigned(at, linearBytes) < 0) {
                return linearPhysical + at;
            }
        }
        return memory.physicalAddress(buffer.asSlice(offset, bytes));
    }

    // Device registers

    /**
     * Makes another device's registers reachable, for example a mailbox.
     *
     * @param physical first byte of the registers
     * @param bytes length
     * @return the DMA address, or {@link #MAPPING_ERROR}
     */
    public long mapResource(long physical, long bytes, DmaDirection direction, int attributes) {
        requireSize(bytes);
        if (!state.hasStreamingMask()) {
            return MAPPING_ERROR;
        }
        long result = ops.mapResource(physical, bytes, direction, attributes);
        return Refusals.isRefusal(result) ? MAPPING_ERROR : result;
    }

    /** Takes back what {@link #mapResource} gave. */
    public void unmapResource(long dma, long bytes, DmaDirection direction, int attributes) {
        ops.unmapResource(dma, bytes, direction, attributes);
    }

    // Scatter lists

    /**
     * Hands all buffers of a list to the device, or none.
     *
     * @return DMA segments, at least 1; 0 when refused, and then {@link ScatterList#refusal()} says why
     */
    public int mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        if (list.isMapped() || list.entries() == 0) {
            throw new DmaUsageException(
                    DmaErrorCode.SCATTER_STATE,
                    id() + ": cannot map a scatter list with entries=" + list.entries() + " that "
                            + (list.isMapped() ? "is mapped already. Unmap it first." : "is empty. Add a buffer."));
        }
        long bytes = 0;
        for (int i = 0; i < list.entries(); i++) {
            MemorySegment buffer = list.entryMemory(i);
            if (buffer != null) {
                list.resolve(i, physicalAddress(buffer, 0, buffer.byteSize()));
            }
            bytes += list.entryBytes(i);
        }
        long result = scatterResult(list, direction, attributes);
        if (Refusals.isRefusal(result)) {
            list.recordMapped(0);
            list.refused(ops.refusal(Refusals.code(result), list.entryPhysical(0), bytes));
            return 0;
        }
        list.refused(null);
        list.recordMapped((int) result);
        return (int) result;
    }

    private long scatterResult(ScatterList list, DmaDirection direction, int attributes) {
        if (!state.hasStreamingMask()) {
            return Refusals.of(DmaErrorCode.NO_STREAMING_MASK);
        }
        return list.hasPeers() && !ops.carriesPeers()
                ? Refusals.of(DmaErrorCode.PEER_MEMORY)
                : ops.mapScatter(list, direction, attributes);
    }

    /**
     * Takes a mapped list back.
     *
     * @throws DmaUsageException BUFFER_GONE when the memory of an entry was given away meanwhile; the list is unmapped all the same
     */
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        requireMapped(list);
        try {
            ops.unmapScatter(list, direction, attributes);
        } catch (DmaUsageException failure) {
            if (failure.code() == DmaErrorCode.BUFFER_GONE) {
                list.recordMapped(0);
            }
            throw failure;
        }
        list.recordMapped(0);
    }

    /** Lends a mapped list to the CPU. */
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {
        requireMapped(list);
        if (!state.skipSync()) {
            ops.syncScatterForCpu(list, direction);
        }
    }

    /** Gives a mapped list back to the device. */
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {
        requireMapped(list);
        if (!state.skipSync()) {
            ops.syncScatterForDevice(list, direction);
        }
    }

    // Synchronising

    /** Lends part of a mapping to the CPU; {@code dma} may be inside of the mapping. */
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {
        requireSize(bytes);
        if (!state.skipSync()) {
            ops.syncForCpu(dma, bytes, direction);
        }
    }

    /** Gives part of a mapping back to the device; {@code dma} may be inside of the mapping. */
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {
        requireSize(bytes);
        if (!state.skipSync()) {
            ops.syncForDevice(dma, bytes, direction);
        }
    }

    // Memory

    /**
     * Allocates zeroed memory that CPU and device see alike.
     *
     * @param bytes length, rounded up to whole pages
     * @throws DmaMappingException when there is none within reach
     */
    public CoherentBuffer allocateCoherent(long bytes) {
        return switch (tryAllocateCoherent(bytes, DmaAttributes.NONE, AllocationFlags.NONE)) {
            case CoherentBuffer buffer -> buffer;
            case CoherentRefused(Refused refused) -> throw new DmaMappingException(refused);
        };
    }

    /**
     * {@link #allocateCoherent} that returns a refusal instead of throwing it.
     *
     * @param flags bits of {@link AllocationFlags}
     */
    public CoherentResult tryAllocateCoherent(long bytes, int attributes, int flags) {
        requireAllocationSize(bytes);
        AllocationResult result = (flags & AllocationFlags.COMPOUND) != 0
                ? compoundRefused(bytes)
                : ops.allocateCoherent(bytes, attributes, flags & AllocationFlags.ATOMIC);
        return switch (result) {
            case Allocation allocation -> new CoherentBuffer(this, allocation, attributes);
            case AllocationRefused(Refused refused) -> new CoherentRefused(refused);
        };
    }

    void freeCoherent(Allocation allocation, int attributes) {
        ops.freeCoherent(allocation, attributes);
    }

    /**
     * Allocates zeroed pages within reach that the caller synchronises itself.
     *
     * @param bytes length, rounded up to whole pages
     * @throws DmaMappingException when there are none
     */
    public NoncoherentBuffer allocatePages(long bytes, DmaDirection direction, int flags) {
        requireAllocationSize(bytes);
        AllocationResult result =
                (flags & (AllocationFlags.COMPOUND | AllocationFlags.ZONE_DMA | AllocationFlags.ZONE_DMA32)) != 0
                        ? compoundRefused(bytes)
                        : ops.allocatePages(bytes, direction, flags);
        return switch (result) {
            case Allocation allocation -> new NoncoherentBuffer(this, allocation, direction);
            case AllocationRefused(Refused refused) -> throw new DmaMappingException(refused);
        };
    }

    void freePages(Allocation allocation, DmaDirection direction) {
        ops.freePages(allocation, direction);
    }

    /**
     * Allocates zeroed pages that need not lie together, and which the device sees as one piece: for large buffers behind an IOMMU.
     * The caller synchronises them itself.
     *
     * @param bytes length, rounded up to whole pages
     * @param attributes {@link DmaAttributes#ALLOC_SINGLE_PAGES} or none
     * @throws DmaMappingException when there are none
     */
    public NoncontiguousBuffer allocateNoncontiguous(long bytes, DmaDirection direction, int attributes) {
        requireAllocationSize(bytes);
        if ((attributes & ~DmaAttributes.ALLOC_SINGLE_PAGES) != 0) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    id() + ": cannot allocate pages that lie apart with attributes="
                            + DmaAttributes.describe(attributes) + ": expected ALLOC_SINGLE_PAGES or none.");
        }
        return switch (ops.allocateNoncontiguous(bytes, direction, attributes)) {
            case NoncontiguousAllocation allocation ->
                new NoncontiguousBuffer(
                        this,
                        allocation,
                        allocation.pieces().stream()
                                .map(piece -> memory.segment(piece.start(), piece.bytes()))
                                .toList(),
                        direction);
            case AllocationRefused(Refused refused) -> throw new DmaMappingException(refused);
        };
    }

    void freeNoncontiguous(NoncontiguousAllocation allocation, DmaDirection direction) {
        ops.freeNoncontiguous(allocation, direction);
    }

    /** What {@link #reserveStretch} asks, for tools; empty when the device is behind no IOMMU that translates. */
    public Optional<IovaLinks> iovaLinks() {
        return Optional.ofNullable(state.hasStreamingMask() ? ops.iovaLinks() : null);
    }

    /**
     * Reserves addresses behind an IOMMU, to link memory to them piece by piece.
     *
     * @param firstByte physical address of the first piece, of which only the offset within a granule counts
     * @param bytes length of all pieces together, at least 1
     * @return the stretch; empty when the device is behind no IOMMU that translates, or has no such addresses left: map the pieces
     *     one by one then
     */
    public Optional<IovaStretch> reserveStretch(long firstByte, long bytes) {
        requireAllocationSize(bytes);
        Optional<IovaLinks> there = iovaLinks();
        if (there.isEmpty()) {
            return Optional.empty();
        }
        IovaLinks links = there.get();
        long granule = links.granule();
        long offset = firstByte & granule - 1;
        long whole = bytes + offset + granule - 1 & -granule;
        long start = whole <= 0 ? Refusals.of(DmaErrorCode.IOVA_EXHAUSTED) : links.reserve(whole);
        return Refusals.isRefusal(start)
                ? Optional.empty()
                : Optional.of(new IovaStretch(this, links, start + offset, bytes));
    }

    long requirePhysical(MemorySegment buffer) {
        long physical = physicalAddress(buffer, 0, buffer.byteSize());
        if (physical == PhysicalMemory.NOT_MACHINE_MEMORY) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_ARGUMENT,
                    id() + ": a buffer of bytes=" + buffer.byteSize()
                            + " is not memory of the machine. Use memory that the machine allocated.");
        }
        return physical;
    }

    Refused refusal(long result, long physical, long bytes) {
        return ops.refusal(Refusals.code(result), physical, bytes);
    }

    private AllocationResult compoundRefused(long bytes) {
        return AllocationResult.refused(new Refused(
                DmaErrorCode.INVALID_ARGUMENT,
                id(),
                bytes,
                DmaErrorCode.INVALID_ARGUMENT.text() + " " + id() + ": cannot allocate " + bytes
                        + " bytes as a compound page or from a zone of the caller's choice: the mask decides. Leave those"
                        + " flags out.",
                -12));
    }

    /**
     * Makes a pool of small coherent blocks.
     *
     * @param name for messages
     * @param bytes size of a block
     * @param alignment of a block in bytes, a power of two
     * @param boundary that no block crosses, in bytes, a power of two; 0 for none
     * @throws DmaUsageException {@link DmaErrorCode#INVALID_POOL} for parameters that cannot be
     */
    public DmaPool createPool(String name, long bytes, long alignment, long boundary) {
        return DmaPool.create(this, pageBytes, name, bytes, alignment, boundary);
    }

    // Limits

    /**
     * States what the device can drive in streaming mappings.
     *
     * @return whether the platform can work with that; if not, nothing changes
     */
    public SetMaskOutcome setStreamingMask(DmaMask mask) {
        if (!state.hasStreamingMask() || !supports(mask)) {
            return SetMaskOutcome.EIO;
        }
        state.streamingMask(mask.value());
        state.skipSync(ops.skipsSyncUntilBounce());
        refreshWindow();
        return SetMaskOutcome.OK;
    }

    /** States what the device can drive in coherent memory. */
    public SetMaskOutcome setCoherentMask(DmaMask mask) {
        if (!supports(mask)) {
            return SetMaskOutcome.EIO;
        }
        state.coherentMask(mask.value());
        return SetMaskOutcome.OK;
    }

    /** Both masks at once. The answer is that for the streaming mask. */
    public SetMaskOutcome setMasks(DmaMask mask) {
        SetMaskOutcome outcome = setStreamingMask(mask);
        if (outcome == SetMaskOutcome.OK) {
            setCoherentMask(mask);
        }
        return outcome;
    }

    /** States what the DMA engine asks of its pieces. */
    public void setConstraints(DmaConstraints constraints) {
        state.constraints(constraints);
    }

    /** What the DMA engine asks of its pieces. */
    public DmaConstraints constraints() {
        return state.constraints();
    }

    /** The streaming mask in force: 32 bits when none was ever set. */
    public DmaMask streamingMask() {
        return new DmaMask(state.effectiveMask());
    }

    /** The coherent mask in force. */
    public DmaMask coherentMask() {
        return new DmaMask(state.coherentMask());
    }

    /** Highest address that the device's bus carries; 0 when it sets no limit. */
    public long busLimit() {
        return state.busLimit();
    }

    /**
     * Whether the platform can work with such a mask. What the choice says of the mask that was planned says nothing of others, but
     * for a device with other operations beside its IOMMU domain: Linux then refuses every mask (dma_supported, 6.12).
     */
    public boolean supports(DmaMask mask) {
        boolean refusesAll =
                choice.setMask() == SetMaskOutcome.EIO && choice.iommuDomain().translates();
        return !refusesAll && ops.supports(mask.value());
    }

    /** The mask that reaches all memory without bouncing. */
    public DmaMask requiredMask() {
        return new DmaMask(ops.requiredMask());
    }

    /** Longest mapping that is sure to work, in bytes; {@link Long#MAX_VALUE} when there is no limit. */
    public long maxMappingBytes() {
        return ops.maxMappingBytes();
    }

    /** Longest mapping that is still cheap, in bytes. */
    public long optimalMappingBytes() {
        return Math.min(ops.maxMappingBytes(), ops.optimalMappingBytes());
    }

    /** Low address bits within which adjacent scatter entries are joined; 0 when they never are. */
    public long mergeBoundary() {
        return ops.mergeBoundary();
    }

    /** Whether some memory is out of the device's reach. */
    public boolean addressingLimited() {
        return ops.addressingLimited();
    }

    /** Whether a mapping at this address must be synchronised. */
    public boolean needsSync(long dma) {
        return !state.skipSync() && ops.needsSync(dma);
    }

    /** Why the mapping at this address works on a copy; null when it works on the buffer itself, or nothing is mapped there. */
    public @Nullable BounceReason bounceReason(long dma) {
        return ops.bounceReason(dma);
    }

    /** Whether the device snoops CPU caches. */
    public boolean coherent() {
        return state.coherent();
    }

    /** Whether coherent memory of the device can be mapped into a user's address space. */
    public boolean canMapToUser() {
        return ops.canMapToUser();
    }

    /** For platforms and checkers: the state that the backend works with. After changing it call {@link #refreshWindow()}. */
    public DmaDeviceState state() {
        return state;
    }

    /** Asks the backend again which addresses it maps by addition alone. */
    public void refreshWindow() {
        DirectWindow window = state.hasStreamingMask() ? ops.directWindow() : null;
        windowFirst = window == null ? 0 : window.firstPhysical();
        windowBytes = window == null ? 0 : window.lastPhysical() - window.firstPhysical() + 1;
        windowOffset = window == null ? 0 : window.offset();
        windowPool = window == null ? 0 : window.poolPhysical();
        windowPoolBytes = window == null ? 0 : window.poolBytes();
    }

    private void requireMapped(ScatterList list) {
        if (!list.isMapped()) {
            throw new DmaUsageException(
                    DmaErrorCode.SCATTER_STATE,
                    id() + ": the scatter list with entries=" + list.entries() + " is not mapped. Map it first.");
        }
    }

    private void requireSize(long bytes) {
        if (bytes < 0) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_SIZE, id() + ": bytes=" + bytes + " is negative: expected 0 or more.");
        }
    }

    private void requireAllocationSize(long bytes) {
        if (bytes <= 0) {
            throw new DmaUsageException(
                    DmaErrorCode.INVALID_SIZE, id() + ": cannot allocate bytes=" + bytes + ": expected 1 or more.");
        }
    }

    private DmaUsageException outsideBuffer(MemorySegment buffer, long offset, long bytes) {
        return new DmaUsageException(
                DmaErrorCode.OUTSIDE_BUFFER,
                id() + ": cannot map offset=" + offset + " bytes=" + bytes + ": the buffer has bytes="
                        + buffer.byteSize() + ". Stay inside of it.");
    }

    @Override
    public String toString() {
        return choice.toString();
    }
}
