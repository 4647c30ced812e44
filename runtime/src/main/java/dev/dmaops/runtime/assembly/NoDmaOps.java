package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.Refusals;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a device that can do no DMA: every map is refused and no mask is accepted (dma_dummy_ops,
 * kernel/dma/dummy.c, 6.12). The refusal repeats why.
 */
final class NoDmaOps implements DmaOps {
    private static final int ENODEV = -19;

    private final BackendChoice choice;

    NoDmaOps(BackendChoice choice) {
        this.choice = choice;
    }

    @Override
    public long map(long physical, long bytes, DmaDirection direction, int attributes) {
        return Refusals.of(DmaErrorCode.NO_DMA);
    }

    @Override
    public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
        throw notMapped(dma);
    }

    @Override
    public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
        return Refusals.of(DmaErrorCode.NO_DMA);
    }

    @Override
    public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
        throw notMapped(0);
    }

    @Override
    public void syncForCpu(long dma, long bytes, DmaDirection direction) {
        throw notMapped(dma);
    }

    @Override
    public void syncForDevice(long dma, long bytes, DmaDirection direction) {
        throw notMapped(dma);
    }

    @Override
    public void syncScatterForCpu(ScatterList list, DmaDirection direction) {}

    @Override
    public void syncScatterForDevice(ScatterList list, DmaDirection direction) {}

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        return AllocationResult.refused(refusal(DmaErrorCode.NO_DMA, 0, bytes));
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {}

    @Override
    public AllocationResult allocatePages(long bytes, DmaDirection direction, int flags) {
        return AllocationResult.refused(refusal(DmaErrorCode.NO_DMA, 0, bytes));
    }

    @Override
    public void freePages(Allocation allocation, DmaDirection direction) {}

    @Override
    public boolean supports(long mask) {
        return false;
    }

    @Override
    public long requiredMask() {
        return 0;
    }

    @Override
    public long maxMappingBytes() {
        return 0;
    }

    @Override
    public long optimalMappingBytes() {
        return 0;
    }

    @Override
    public long mergeBoundary() {
        return 0;
    }

    @Override
    public boolean addressingLimited() {
        return true;
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
        return false;
    }

    @Override
    public @Nullable BounceReason bounceReason(long dma) {
        return null;
    }

    @Override
    public Refused refusal(DmaErrorCode code, long physical, long bytes) {
        String why = choice.decisions().isEmpty()
                ? "Its firmware or IOMMU says so."
                : choice.decisions().getLast().because();
        return new Refused(
                code,
                choice.device(),
                bytes,
                code.text() + " " + choice.device() + ": cannot map " + bytes + " bytes: this device can do no DMA. "
                        + why + " See explain. [none]",
                ENODEV);
    }

    @Override
    public @Nullable DirectWindow directWindow() {
        return null;
    }

    private DmaUsageException notMapped(long dma) {
        return new DmaUsageException(
                DmaErrorCode.NOT_MAPPED,
                choice.device() + ": nothing is mapped at dma=0x" + Long.toHexString(dma)
                        + ": this device can do no DMA. Map first and check the result.");
    }
}
