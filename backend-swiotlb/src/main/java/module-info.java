/** The slot pool and direct-or-bounce mapping. */
module dev.dmaops.backend.swiotlb {
    requires transitive dev.dmaops.api;
    requires transitive dev.dmaops.backend.direct;
    requires static org.jspecify;
    requires static com.google.auto.service;

    exports dev.dmaops.backend.swiotlb;

    provides dev.dmaops.spi.BouncePoolProvider with
            dev.dmaops.backend.swiotlb.SwiotlbPools;
    provides dev.dmaops.spi.DmaBackendProvider with
            dev.dmaops.backend.swiotlb.SwiotlbBackend;
}
