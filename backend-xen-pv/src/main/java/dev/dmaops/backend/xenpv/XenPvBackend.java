package dev.dmaops.backend.xenpv;

import com.google.auto.service.AutoService;
import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KconfigGate;
import dev.dmaops.spi.MachineContiguity;
import dev.dmaops.spi.PoolFixup;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code xen-pv}: x86 PV under Xen. Buffers are translated to machine frames and bounced when those are out of reach or
 * no neighbours; coherent memory and the pool get contiguous frames by exchange (drivers/xen/swiotlb-xen.c, 6.12).
 */
@AutoService(DmaBackendProvider.class)
public final class XenPvBackend implements DmaBackendProvider {
    static final String ID = "xen-pv";

    private static final KconfigGate GATE = new KconfigGate("SWIOTLB_XEN", "SWIOTLB_XEN && XEN_PV", "SWIOTLB");

    /** For {@link java.util.ServiceLoader}. */
    public XenPvBackend() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-backend-xen-pv";
    }

    @Override
    public KconfigGate gate() {
        return GATE;
    }

    /**
     * Opens.
     *
     * @throws DmaConfigurationException {@link DmaErrorCode#MISSING_PROVIDER} when the platform cannot exchange memory
     */
    @Override
    public DmaBackend open(BackendContext context) {
        return new Opened(
                context,
                required(context, BusFrames.class),
                required(context, MachineContiguity.class),
                new RemappedPages());
    }

    private static <H> H required(BackendContext context, Class<H> hook) {
        return context.hook(hook)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.MISSING_PROVIDER,
                        "backend " + ID,
                        "nobody here exchanges machine memory with Xen: expected the hook " + hook.getSimpleName()
                                + ", which the platform x86 adds in a PV domain on a machine that runs one. Set"
                                + " hypervisor.kind and machine.kind so."));
    }

    /**
     * One platform's.
     *
     * @param remapped which blocks were exchanged
     */
    private record Opened(
            BackendContext context, BusFrames frames, MachineContiguity contiguity, RemappedPages remapped)
            implements DmaBackend {
        @Override
        public DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool) {
            return new XenPvOps(device, context, frames, contiguity, remapped, pool);
        }

        @Override
        public PoolFixup poolFixup() {
            return new ContiguousPool(contiguity, context);
        }

        @Override
        public void close() {}
    }
}
