package dev.dmaops.backend.swiotlb;

import com.google.auto.service.AutoService;
import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.backend.direct.DirectOps;
import dev.dmaops.backend.direct.DirectService;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KconfigGate;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code swiotlb}: direct where the device reaches the buffer, through a bounce pool where it does not
 * (kernel/dma/direct.c with kernel/dma/swiotlb.c, 6.12).
 */
@AutoService(DmaBackendProvider.class)
public final class SwiotlbBackend implements DmaBackendProvider {
    static final String ARTIFACT = "dev.dmaops:dmaops-backend-swiotlb";

    private static final KconfigGate GATE = new KconfigGate("SWIOTLB", "HAS_DMA && SWIOTLB", "");

    /** For {@link java.util.ServiceLoader}. */
    public SwiotlbBackend() {}

    @Override
    public String id() {
        return "swiotlb";
    }

    @Override
    public String artifact() {
        return ARTIFACT;
    }

    @Override
    public KconfigGate gate() {
        return GATE;
    }

    @Override
    public DmaBackend open(BackendContext context) {
        return new Opened(context);
    }

    /** One platform's. */
    private static final class Opened implements DmaBackend {
        private final BackendContext context;
        private final DirectService service;

        Opened(BackendContext context) {
            this.context = context;
            service = new DirectService(context);
        }

        @Override
        public DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool) {
            if (pool != null && !device.reaches(device.ranges().toDma(pool.limit()), 1)) {
                context.events()
                        .log(
                                device.id(),
                                DmaErrorCode.POOL_OUT_OF_REACH_AT_OPEN.text() + " " + device.id() + ": pool "
                                        + pool.name()
                                        + String.format(
                                                " at 0x%x-0x%x is out of the device's reach (mask 0x%x, bus limit 0x%x,"
                                                        + " windows %s): every map that has to bounce will be refused. Give"
                                                        + " the device a restricted pool that it reaches.",
                                                pool.start(),
                                                pool.limit(),
                                                device.streamingMask(),
                                                device.busLimit(),
                                                device.ranges()));
            }
            return new DirectOps(device, service, pool);
        }

        @Override
        public void close() {
            service.close();
        }
    }
}
