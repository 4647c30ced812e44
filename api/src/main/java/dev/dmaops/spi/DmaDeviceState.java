package dev.dmaops.spi;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaRangeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a backend knows of the device that it serves: masks, limits, bus translation, coherence. Linux keeps these in struct
 * device.
 *
 * <p>Masks, limits and constraints are set while a driver starts, before it maps; reading them is a plain field access.
 */
public final class DmaDeviceState {
    private final String id;
    private final DmaRangeMap ranges;
    private final boolean coherent;
    private boolean untrusted;
    private long streamingMask;
    private boolean hasStreamingMask = true;
    private long coherentMask;
    private long busLimit;
    private DmaConstraints constraints;
    private boolean skipSync;
    private boolean prefersLowIova;
    private @Nullable Object poolClient;
    private boolean reclaimsIova = true;

    /** The state that firmware and bus left, before a driver speaks. */
    public DmaDeviceState(DeviceLimits limits, String id, boolean untrusted) {
        this.id = id;
        this.untrusted = untrusted;
        ranges = limits.ranges();
        coherent = limits.coherent();
        streamingMask = limits.streamingMask();
        coherentMask = limits.coherentMask();
        busLimit = limits.busLimit();
        constraints = limits.constraints();
    }

    /** The device's id. */
    public String id() {
        return id;
    }

    /** How the device's bus translates. */
    public DmaRangeMap ranges() {
        return ranges;
    }

    /** Whether the device snoops CPU caches. */
    public boolean coherent() {
        return coherent;
    }

    /** Whether the device may attack: behind an external port. */
    public boolean untrusted() {
        return untrusted;
    }

    /** Highest address that the device can drive; 0 when unset. */
    public long streamingMask() {
        return streamingMask;
    }

    /** Whether the device has a streaming mask at all. */
    public boolean hasStreamingMask() {
        return hasStreamingMask;
    }

    /** Highest address for coherent memory. */
    public long coherentMask() {
        return coherentMask;
    }

    /** Highest address that the bus carries; 0 when the bus sets no limit. */
    public long busLimit() {
        return busLimit;
    }

    /** What the DMA engine asks of its pieces. */
    public DmaConstraints constraints() {
        return constraints;
    }

    /** Whether synchronising is skipped for now. */
    public boolean skipSync() {
        return skipSync;
    }

    /** Whether an IOMMU backend tries addresses below 4 GiB first: PCI functions, until there are none left. */
    public boolean prefersLowIova() {
        return prefersLowIova;
    }

    /** Says whether addresses below 4 GiB are tried first. */
    public void prefersLowIova(boolean prefers) {
        prefersLowIova = prefers;
    }

    /** What a bounce pool keeps for the device, or null: for pools alone, which must expect another pool's there. */
    public @Nullable Object poolClient() {
        return poolClient;
    }

    /** Keeps something for a bounce pool; what another thread kept meanwhile may be lost. */
    public void poolClient(Object client) {
        poolClient = client;
    }

    /** Whether an IOMMU backend that finds no free address empties its caches of freed ones and tries again, as it usually does. */
    public boolean reclaimsIova() {
        return reclaimsIova;
    }

    /** Says whether caches of freed addresses are emptied before a map fails. For tools that examine the allocation of addresses. */
    public void reclaimsIova(boolean reclaims) {
        reclaimsIova = reclaims;
    }

    /** Sets the streaming mask without asking anyone. */
    public void streamingMask(long mask) {
        streamingMask = mask;
        hasStreamingMask = true;
    }

    /** Takes the streaming mask away, as a bus that forgot to set one. */
    public void withoutStreamingMask() {
        hasStreamingMask = false;
    }

    /** Sets the coherent mask without asking anyone. */
    public void coherentMask(long mask) {
        coherentMask = mask;
    }

    /** Sets the highest address that the bus carries; 0 for none. */
    public void busLimit(long limit) {
        busLimit = limit;
    }

    /** Sets what the DMA engine asks of its pieces. */
    public void constraints(DmaConstraints value) {
        constraints = value;
    }

    /** Says whether the device may attack, as a bus does that learns late where the device is plugged in. */
    public void untrusted(boolean value) {
        untrusted = value;
    }

    /** Says whether synchronising can be skipped; a pool says no at the first bounce. */
    public void skipSync(boolean skip) {
        skipSync = skip;
    }

    /** The streaming mask, or 32 bits when the device has none or it is 0 (dma_get_mask). */
    public long effectiveMask() {
        return hasStreamingMask && streamingMask != 0 ? streamingMask : 0xffff_ffffL;
    }

    /** The lower of the streaming mask and the bus limit, where a 0 limits nothing. */
    public long streamingLimit() {
        return minNotZero(streamingMask, busLimit);
    }

    /** The lower of the coherent mask and the bus limit, where a 0 limits nothing. */
    public long coherentLimit() {
        return minNotZero(coherentMask, busLimit);
    }

    /**
     * Whether the device can drive every address of a buffer (dma_capable, include/linux/dma-direct.h, 6.12).
     *
     * @param dma DMA address of the first byte, or {@link DmaRangeMap#UNREACHABLE}
     * @param bytes length
     */
    public boolean reaches(long dma, long bytes) {
        return dma != DmaRangeMap.UNREACHABLE && Long.compareUnsigned(dma + bytes - 1, streamingLimit()) <= 0;
    }

    private static long minNotZero(long a, long b) {
        if (a == 0) {
            return b;
        }
        return b == 0 || Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
