package dev.dmaops.backend.xenpv;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.backend.swiotlb.TranslatingOps;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.MachineContiguity;
import org.jspecify.annotations.Nullable;

/** The x86 PV half: machine frames, devices that snoop, coherent memory by exchange. */
final class XenPvOps extends TranslatingOps {
    private final ExchangedMemory coherentMemory;

    XenPvOps(
            DmaDeviceState device,
            BackendContext context,
            BusFrames frames,
            MachineContiguity contiguity,
            RemappedPages remapped,
            @Nullable BouncePool pool) {
        super(device, context, frames, pool);
        coherentMemory = new ExchangedMemory(device, context, frames, contiguity, remapped);
    }

    @Override
    protected String name() {
        return XenPvBackend.ID;
    }

    /** None: x86 devices snoop, foreign pages or not. */
    @Override
    protected @Nullable BounceReason objection(long physical, long bus) {
        return null;
    }

    @Override
    protected void foreignForDevice(long bus, long bytes, DmaDirection direction) {}

    @Override
    protected void foreignForCpu(long bus, long bytes, DmaDirection direction) {}

    @Override
    public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
        return coherentMemory.allocate(bytes);
    }

    @Override
    public void freeCoherent(Allocation allocation, int attributes) {
        coherentMemory.free(allocation);
    }
}
