package dev.dmaops.backend.swiotlbxen;

import com.google.auto.service.AutoService;
import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.backend.direct.DirectService;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KconfigGate;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code swiotlb-xen}: Arm under Xen. Foreign pages are translated, and bounced only when that is not enough
 * (drivers/xen/swiotlb-xen.c and arch/arm/xen/mm.c, 6.12).
 */
@AutoService(DmaBackendProvider.class)
public final class SwiotlbXenBackend implements DmaBackendProvider {
    static final String ID = "swiotlb-xen";

    private static final KconfigGate GATE = new KconfigGate("SWIOTLB_XEN", "SWIOTLB_XEN && (ARM || ARM64)", "SWIOTLB");

    /** For {@link java.util.ServiceLoader}. */
    public SwiotlbXenBackend() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-backend-swiotlb-xen";
    }

    @Override
    public KconfigGate gate() {
        return GATE;
    }

    /**
     * Opens.
     *
     * @throws DmaConfigurationException {@link DmaErrorCode#MISSING_PROVIDER} when the platform does not know foreign pages
     */
    @Override
    public DmaBackend open(BackendContext context) {
        BusFrames frames = context.hook(BusFrames.class)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.MISSING_PROVIDER,
                        "backend " + ID,
                        "nobody here knows the frames of other domains' pages: expected the hook "
                                + BusFrames.class.getSimpleName()
                                + ", which the platform arm or arm64 adds when hypervisor.kind is xen. Set both."));
        return new Opened(context, frames, new DirectService(context));
    }

    /**
     * One platform's.
     *
     * @param direct what coherent memory shares
     */
    private record Opened(BackendContext context, BusFrames frames, DirectService direct) implements DmaBackend {
        @Override
        public DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool) {
            return new SwiotlbXenOps(device, context, frames, direct, pool);
        }

        @Override
        public void close() {
            direct.close();
        }
    }
}
