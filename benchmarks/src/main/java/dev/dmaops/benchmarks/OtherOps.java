package dev.dmaops.benchmarks;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaOps;
import org.jspecify.annotations.Nullable;

/** Operations of further types, so that a call site sees as many as a platform with every backend has. */
class OtherOps implements DmaOps {
    /** A second type. */
    static final class Second extends OtherOps {
        @Override
        public long map(long physical, long bytes, DmaDirection direction, int attributes) {
            return physical + 2;
        }

        @Override
        public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
            unmapped += 2;
        }
    }

    /** A third type. */
    static final class Third extends OtherOps {
        @Override
        public long map(long physical, long bytes, DmaDirection direction, int attributes) {
            return physical + 3;
        }

        @Override
        public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
            unmapped += 3;
        }
    }

    /** A fourth type. */
    static final class Fourth extends OtherOps {
        @Override
        public long map(long physical, long bytes, DmaDirection direction, int attributes) {
            return physical + 4;
        }

        @Override
        public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
            unmapped += 4;
        }
    }

    long unmapped;

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        return physical + 1;
    }

    @Override
    public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        unmapped++;
    }

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        return list.entries();
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {}

    @Override
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {}

    @Override
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {}

    @Override
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {}

    @Override
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {}

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        return AllocationResult.refused(refusal(DmaErrorCode.NO_COHERENT_MEMORY, 0, bytes));
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {}

    @Override
    public AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        return AllocationResult.refused(refusal(DmaErrorCode.NO_COHERENT_MEMORY, 0, bytes));
    }

    @Override
    public void freePages(Allocation allocation, DmaDirection direction) {}

    @Override
    public boolean supports(long mask) {
        return true;
    }

    @Override
    public long requiredMask() {
        return -1L;
    }

    @Override
    public long maxMappingBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public long optimalMappingBytes() {
        return Long.MAX_VALUE;
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
        return false;
    }

    @Override
    public boolean skipsSyncUntilBounce() {
        return true;
    }

    @Override
    public boolean canMapToUser() {
        return true;
    }

    @Override
    public @Nullable BounceReason bounceReason(long dma) {
        return null;
    }

    @Override
    public Refused refusal(DmaErrorCode code, long physical, long bytes) {
        return new Refused(code, "bench", bytes, code.text() + " refused", -12);
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return null;
    }
}
