package dev.dmaops.backend.swiotlbxen;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.backend.direct.CoherentMemory;
import dev.dmaops.backend.direct.DirectService;
import dev.dmaops.backend.swiotlb.TranslatingOps;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.ForeignCaches;
import org.jspecify.annotations.Nullable;

/**
 * The Arm half: a page of another domain is maintained through Xen, or bounced when Xen has no call for it; coherent memory is the
 * domain's own, mapped 1:1, and so the direct one (arch/arm/xen/mm.c, 6.12).
 */
final class SwiotlbXenOps extends TranslatingOps {
    private final @Nullable ForeignCaches foreignCaches;
    private final boolean bouncesForeign;
    private final CoherentMemory coherentMemory;

    SwiotlbXenOps(
            DmaDeviceState device,
            BackendContext context,
            BusFrames frames,
            DirectService direct,
            @Nullable BouncePool pool) {
        super(device, context, frames, pool);
        foreignCaches = context.hook(ForeignCaches.class).orElse(null);
        bouncesForeign = foreignCaches == null && !device.coherent();
        coherentMemory = new CoherentMemory(device, direct, pool);
    }

    @Override
    protected String name() {
        return SwiotlbXenBackend.ID;
    }

    /** Frame numbers are compared in 32 bits, as Linux does; only the first frame counts. */
    @Override
    protected @Nullable BounceReason objection(long physical, long bus) {
        return bouncesForeign && (int) (physical >>> BusFrames.SHIFT) != (int) (bus >>> BusFrames.SHIFT)
                ? BounceReason.FOREIGN_NOT_FLUSHABLE
                : null;
    }

    @Override
    protected void foreignForDevice(long bus, long bytes, DmaDirection direction) {
        maintain(bus, bytes, direction == DmaDirection.FROM_DEVICE ? ForeignCaches.INVALIDATE : ForeignCaches.CLEAN);
    }

    @Override
    protected void foreignForCpu(long bus, long bytes, DmaDirection direction) {
        if (direction != DmaDirection.TO_DEVICE) {
            maintain(bus, bytes, ForeignCaches.INVALIDATE);
        }
    }

    /** One call for each frame, whatever the kernel's page size; what Xen answers is not looked at (dma_cache_maint). */
    private void maintain(long bus, long bytes, int operation) {
        ForeignCaches caches = foreignCaches;
        if (caches == null) {
            return;
        }
        long frame = bus & -BusFrames.BYTES;
        long offset = bus - frame;
        long left = bytes;
        while (left > 0) {
            long piece = Math.min(left, BusFrames.BYTES - offset);
            caches.maintain(frame, (int) offset, (int) piece, operation);
            offset = 0;
            frame += BusFrames.BYTES;
            left -= piece;
        }
    }

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        return coherentMemory.allocate(bytes, attributes, flags);
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {
        coherentMemory.free(allocation);
    }
}
