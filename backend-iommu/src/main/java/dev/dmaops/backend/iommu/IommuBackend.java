package dev.dmaops.backend.iommu;

import com.google.auto.service.AutoService;
import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.ForeignCaches;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.IommuReservedRegion;
import dev.dmaops.spi.IommuUnit;
import dev.dmaops.spi.KconfigGate;
import dev.dmaops.spi.NanoClock;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The backend {@code iommu}: devices behind an IOMMU get IO virtual addresses. */
@AutoService(DmaBackendProvider.class)
public final class IommuBackend implements DmaBackendProvider {
    private static final KconfigGate GATE = new KconfigGate("IOMMU_DMA", "IOMMU_DMA || ARM_DMA_USE_IOMMU", "");

    /** For {@link java.util.ServiceLoader}. */
    public IommuBackend() {}

    @Override
    public String id() {
        return "iommu";
    }

    @Override
    public String artifact() {
        return "dev.dmaops:dmaops-backend-iommu";
    }

    @Override
    public KconfigGate gate() {
        return GATE;
    }

    /**
     * Opens the backend.
     *
     * @throws DmaConfigurationException MISSING_PROVIDER when the machine has no IOMMU
     */
    @Override
    public DmaBackend open(BackendContext context) {
        IommuUnit unit = context.hook(IommuUnit.class)
                .orElseThrow(() -> new DmaConfigurationException(
                        DmaErrorCode.MISSING_PROVIDER,
                        "backend iommu",
                        "the machine has no IOMMU: expected one, found none. Describe the IOMMU in the configuration, or let"
                                + " the devices use another backend."));
        return new Open(context, unit);
    }

    private static final class Open implements DmaBackend {
        private final BackendContext context;
        private final IommuUnit unit;
        private final IommuService service;
        private final LongSupplier clock;
        private final IdentityHashMap<IommuDomain, TranslatedSpace> spaces = new IdentityHashMap<>();

        Open(BackendContext context, IommuUnit unit) {
            this.context = context;
            this.unit = unit;
            service = new IommuService(context);
            clock = context.hook(NanoClock.class)
                    .<LongSupplier>map(c -> c::nanos)
                    .orElse(System::nanoTime);
        }

        @Override
        public synchronized DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool) {
            IommuDomain domain = unit.domain(device.id());
            SpaceCheck.check(domain, device);
            warnOfForeignPages(device);
            List<IommuReservedRegion> reserved = unit.reservedRegions(device.id());
            TranslatedSpace space = spaces.get(domain);
            if (space == null) {
                space = new TranslatedSpace(
                        domain,
                        reserved,
                        // An attacker must not keep what it was given for a while longer
                        // (iommu_get_default_domain_type).
                        choice.iommuDomain() == IommuDomainType.DMA_FQ && !device.untrusted(),
                        context.pages().pageBytes(),
                        context.cpus(),
                        clock,
                        context.events(),
                        foreign());
                spaces.put(domain, space);
            } else {
                space.mapUnchanged(reserved);
            }
            return new IommuOps(device, service, space, pool);
        }

        /** Linux does not, and says nothing; what its devices then do is hard to find. */
        private void warnOfForeignPages(DmaDeviceState device) {
            if (!context.policy().iommuTranslatesForeign()
                    && context.hook(BusFrames.class).isPresent()) {
                context.events()
                        .log(
                                device.id(),
                                "pages of other domains will be mapped at the guest's own frame numbers, as Linux does: the"
                                        + " device reaches other memory. Set policy.iommu-translates-foreign = yes to"
                                        + " translate them first.");
            }
        }

        private @Nullable ForeignFrames foreign() {
            return context.policy().iommuTranslatesForeign()
                    ? context.hook(BusFrames.class)
                            .map(frames -> new ForeignFrames(
                                    frames, context.hook(ForeignCaches.class).orElse(null)))
                            .orElse(null)
                    : null;
        }

        @Override
        public synchronized void close() {
            spaces.values().forEach(TranslatedSpace::close);
            spaces.clear();
        }
    }
}
