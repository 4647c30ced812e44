package dev.dmaops.spi;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one device's memory is made reachable. A backend makes one for each device that it is chosen for.
 *
 * <p><b>Protocol.</b> {@code map…} hands a buffer to the device, {@code unmap…} takes it back with the same address, length,
 * direction and attributes. In between, {@code syncForCpu} lends it to the CPU and {@code syncForDevice} gives it back. {@link
 * dev.dmaops.api.DmaDevice} has checked bounds and signs of its arguments, and resolved memory to physical addresses, before
 * it calls.
 *
 * <p><b>Units.</b> Addresses and lengths are bytes, addresses unsigned.
 *
 * <p><b>Results.</b> A map returns a DMA address, or a refusal made by {@link Refusals#of}. There is no third outcome: nothing
 * here may report success without an address, and no default method of this interface does. Refused means that nothing is
 * held: slots, translations and addresses taken on the way were given back.
 *
 * <p><b>Copies and zeroing.</b> A map that bounces copies the buffer in whatever the direction, so that a device which writes
 * less than it was given leaves the rest of the buffer as it was. Coherent memory is zeroed.
 *
 * <p><b>Threads.</b> Every method may be called from any thread at any time, for different mappings. {@code map}, {@code unmap}
 * and {@code sync…} do not block and do not allocate on the Java heap.
 *
 * @implSpec Shape after Linux 6.19's struct dma_map_ops (physical address plus attribute for device registers), semantics of
 *     6.12.
 */
public interface DmaOps {
    /**
     * Makes machine memory reachable.
     *
     * @param physical first byte, in bytes
     * @param bytes length; zero is allowed where nothing has to be bounced, as in Linux
     * @return the DMA address, or a refusal
     */
    long map(long physical, long bytes, DmaDirection direction, int attributes);

    /** Takes back what {@link #map} or {@link #mapMemory} gave. After it the device must not use the address. */
    void unmap(long dma, long bytes, DmaDirection direction, int attributes);

    /**
     * Makes memory reachable that is not machine memory, such as a Java array: only by bouncing.
     *
     * @param memory the whole buffer; it must stay alive until unmapped
     * @return the DMA address, or a refusal
     */
    default long mapMemory(MemorySegment memory, DmaDirection direction, int attributes) {
        return Refusals.of(DmaErrorCode.NOT_DEVICE_MEMORY);
    }

    /**
     * Makes device registers reachable: never bounced, no cache maintenance.
     *
     * @param physical first byte of the registers
     * @param bytes length
     * @return the DMA address, or a refusal
     */
    default long mapResource(long physical, long bytes, DmaDirection direction, int attributes) {
        return Refusals.of(DmaErrorCode.RESOURCE_UNSUPPORTED);
    }

    /** Takes back what {@link #mapResource} gave. */
    default void unmapResource(long dma, long bytes, DmaDirection direction, int attributes) {}

    /**
     * Maps every entry of a list and records the result in it. All or nothing: on a refusal the entries mapped so far are
     * given back without copying.
     *
     * @return the number of DMA segments, at least 1, or a refusal
     */
    long mapScatter(ScatterList list, DmaDirection direction, int attributes);

    /** Whether {@link #mapScatter} takes entries that are memory of a peer device. */
    default boolean carriesPeers() {
        return false;
    }

    /** Takes back what {@link #mapScatter} gave. */
    void unmapScatter(ScatterList list, DmaDirection direction, int attributes);

    /** Makes the device's writes visible to the CPU; the CPU owns those bytes afterwards. */
    void syncForCpu(long dma, long bytes, DmaDirection direction);

    /** Makes the CPU's writes visible to the device; the device owns those bytes afterwards. */
    void syncForDevice(long dma, long bytes, DmaDirection direction);

    /** {@link #syncForCpu(long, long, DmaDirection)} for a mapped list, entry by entry. */
    void syncScatterForCpu(ScatterList list, DmaDirection direction);

    /** {@link #syncForDevice(long, long, DmaDirection)} for a mapped list, entry by entry. */
    void syncScatterForDevice(ScatterList list, DmaDirection direction);

    /**
     * Allocates zeroed memory that CPU and device see alike.
     *
     * @param bytes length; rounded up to whole pages
     * @param flags bits of {@link dev.dmaops.api.AllocationFlags}
     */
    AllocationResult allocateCoherent(long bytes, int attributes, int flags);

    /** Gives back what {@link #allocateCoherent} gave. */
    void freeCoherent(Allocation allocation, int attributes);

    /**
     * Allocates zeroed pages that the caller synchronises itself.
     *
     * @param bytes length; rounded up to whole pages
     */
    AllocationResult allocatePages(long bytes, DmaDirection direction, int flags);

    /** Gives back what {@link #allocatePages} gave. */
    void freePages(Allocation allocation, DmaDirection direction);

    /**
     * Allocates zeroed pages that need not lie together, which the device sees as one piece. The caller synchronises them itself.
     *
     * @param bytes length; rounded up to whole pages
     * @implSpec One piece from {@link #allocatePages}, as Linux does where there is no IOMMU.
     */
    default NoncontiguousResult allocateNoncontiguous(long bytes, DmaDirection direction, int attributes) {
        return switch (allocatePages(bytes, direction, 0)) {
            case Allocation one ->
                new NoncontiguousAllocation(
                        List.of(new MemoryRange(one.physical(), one.bytes())), one.dma(), one.bytes(), one);
            case AllocationRefused refused -> refused;
        };
    }

    /** Gives back what {@link #allocateNoncontiguous} gave. */
    default void freeNoncontiguous(NoncontiguousAllocation allocation, DmaDirection direction) {
        if (allocation.backing() instanceof Allocation one) {
            freePages(one, direction);
        }
    }

    /** Stretches of IO virtual addresses into which a driver links memory piece by piece, or null without an IOMMU. */
    default @Nullable IovaLinks iovaLinks() {
        return null;
    }

    /** Whether a device with this mask can work at all. */
    boolean supports(long mask);

    /** The mask that would reach all memory without bouncing. */
    long requiredMask();

    /** Longest single mapping that is sure to work, in bytes; {@link Long#MAX_VALUE} when there is no limit. */
    long maxMappingBytes();

    /** Longest single mapping that is still cheap, in bytes; {@link Long#MAX_VALUE} when there is no such point. */
    long optimalMappingBytes();

    /** Low address bits within which adjacent scatter entries can be joined; 0 when they are never joined. */
    long mergeBoundary();

    /** Whether some memory is out of the device's reach. */
    boolean addressingLimited();

    /** Whether a mapping at this address needs synchronising at all. */
    boolean needsSync(long dma);

    /** Whether the device can skip synchronising until its first bounce (struct device's dma_skip_sync, 6.12). */
    boolean skipsSyncUntilBounce();

    /** Whether coherent memory can be mapped into a user's address space. */
    boolean canMapToUser();

    /** Why the mapping at this address bounced, or null when it did not. */
    @Nullable
    BounceReason bounceReason(long dma);

    /**
     * Puts a refusal into words.
     *
     * @param code what {@link Refusals#code} found in the result
     * @param physical the buffer, or {@link PhysicalMemory#NOT_MACHINE_MEMORY}
     * @param bytes what was asked for
     */
    Refused refusal(DmaErrorCode code, long physical, long bytes);

    /**
     * The physical addresses for which {@link #map} would do nothing but add an offset, or null when there are none. {@link
     * dev.dmaops.api.DmaDevice} then does so itself. Asked again whenever a mask or limit of the device changes.
     */
    @Nullable
    DirectWindow directWindow();
}
