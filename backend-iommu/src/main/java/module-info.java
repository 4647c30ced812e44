/** IO virtual addresses, invalidation, sub-granule bounce. */
module dev.dmaops.backend.iommu {
    requires transitive dev.dmaops.api;
    requires static org.jspecify;
    requires static com.google.auto.service;

    provides dev.dmaops.spi.DmaBackendProvider with
            dev.dmaops.backend.iommu.IommuBackend;
}
