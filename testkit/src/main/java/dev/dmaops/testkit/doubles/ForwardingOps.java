package dev.dmaops.testkit.doubles;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaOps;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Does what other operations do: to be overridden where a double does something else.
 *
 * <p>It has no direct window, so that every map comes by.
 */
public class ForwardingOps implements DmaOps {
    /** The operations that do the work. */
    protected final DmaOps ops;

    /** Forwards to {@code ops}. */
    public ForwardingOps(DmaOps ops) {
        this.ops = ops;
    }

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        return ops.map(physical, bytes, direction, attributes);
    }

    @Override
    public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        ops.unmap(dma, bytes, direction, attributes);
    }

    @Override
    public long mapMemory(MemorySegment memory, DmaDirection direction, int attributes) {
        return ops.mapMemory(memory, direction, attributes);
    }

    @Override
    public long mapResource(long physical, long bytes, DmaDirection direction, int attributes) {
        return ops.mapResource(physical, bytes, direction, attributes);
    }

    @Override
    public void unmapResource(long dma, long bytes, DmaDirection direction, int attributes) {
        ops.unmapResource(dma, bytes, direction, attributes);
    }

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        return ops.mapScatter(list, direction, attributes);
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        ops.unmapScatter(list, direction, attributes);
    }

    @Override
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {
        ops.syncForCpu(dma, bytes, direction);
    }

    @Override
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {
        ops.syncForDevice(dma, bytes, direction);
    }

    @Override
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {
        ops.syncScatterForCpu(list, direction);
    }

    @Override
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {
        ops.syncScatterForDevice(list, direction);
    }

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        return ops.allocateCoherent(bytes, attributes, flags);
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {
        ops.freeCoherent(allocation, attributes);
    }

    @Override
    public AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        return ops.allocatePages(bytes, direction, flags);
    }

    @Override
    public void freePages(Allocation allocation, DmaDirection direction) {
        ops.freePages(allocation, direction);
    }

    @Override
    public boolean supports(long mask) {
        return ops.supports(mask);
    }

    @Override
    public long requiredMask() {
        return ops.requiredMask();
    }

    @Override
    public long maxMappingBytes() {
        return ops.maxMappingBytes();
    }

    @Override
    public long optimalMappingBytes() {
        return ops.optimalMappingBytes();
    }

    @Override
    public long mergeBoundary() {
        return ops.mergeBoundary();
    }

    @Override
    public boolean addressingLimited() {
        return ops.addressingLimited();
    }

    @Override
    public boolean needsSync(long dma) {
        return ops.needsSync(dma);
    }

    @Override
    public boolean skipsSyncUntilBounce() {
        return ops.skipsSyncUntilBounce();
    }

    @Override
    public boolean canMapToUser() {
        return ops.canMapToUser();
    }

    @Override
    public @Nullable BounceReason bounceReason(long dma) {
        return ops.bounceReason(dma);
    }

    @Override
    public Refused refusal(DmaErrorCode code, long physical, long bytes) {
        return ops.refusal(code, physical, bytes);
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return null;
    }
}
