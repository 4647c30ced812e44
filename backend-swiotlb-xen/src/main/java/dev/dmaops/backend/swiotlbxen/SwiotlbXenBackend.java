package dev.dmaops.backend.swiotlbxen;

import com.google.auto.service.AutoService;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.KconfigGate;

/**
 * The backend {@code swiotlb-xen}: Arm under Xen, foreign pages translated first and bounced only when that is not enough.
 *
 * <p>Selection chooses and explains it; its operations are not part of this release, so {@link #open} says so.
 */
@AutoService(DmaBackendProvider.class)
public final class SwiotlbXenBackend implements DmaBackendProvider {
    private static final KconfigGate GATE = new KconfigGate("SWIOTLB_XEN", "SWIOTLB_XEN && (ARM || ARM64)", "SWIOTLB");

    /** For {@link java.util.ServiceLoader}. */
    public SwiotlbXenBackend() {}

    @Override
    public String id() {
        return "swiotlb-xen";
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
     * Refuses.
     *
     * @throws DmaConfigurationException always, {@link DmaErrorCode#BACKEND_NOT_BUILT}
     */
    @Override
    public DmaBackend open(BackendContext context) {
        throw new DmaConfigurationException(
                DmaErrorCode.BACKEND_NOT_BUILT,
                "backend swiotlb-xen",
                "this release of " + artifact()
                        + " can be chosen and explained, but does not map memory yet. Leave the devices"
                        + " that need it out of the run, or choose another backend for them (devices.<name>.backend).");
    }
}
