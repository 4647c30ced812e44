package dev.dmaops.backend.direct;

import com.google.auto.service.AutoService;
import dev.dmaops.api.BackendChoice;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KconfigGate;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code direct}: the DMA address is the physical address plus what the bus adds, and a buffer that the device does not
 * reach is refused (kernel/dma/direct.c, 6.12, without a pool).
 */
@AutoService(DmaBackendProvider.class)
public final class DirectBackend implements DmaBackendProvider {
    private static final KconfigGate GATE = new KconfigGate("HAS_DMA", "HAS_DMA", "");

    /** For {@link java.util.ServiceLoader}. */
    public DirectBackend() {}

    @Override
    public String id() {
        return "direct";
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-backend-direct";
    }

    @Override
    public KconfigGate gate() {
        return GATE;
    }

    @Override
    public DmaBackend open(BackendContext context) {
        return new Opened(new DirectService(context));
    }

    /**
     * One platform's.
     *
     * @param service what its devices share
     */
    private record Opened(DirectService service) implements DmaBackend {
        @Override
        public DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool) {
            return new DirectOps(device, service, pool);
        }

        @Override
        public void close() {
            service.close();
        }
    }
}
