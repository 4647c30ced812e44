/** Arm under Xen: translate foreign pages first, bounce only when that is not enough. */
module dev.dmaops.backend.swiotlbxen {
    requires transitive dev.dmaops.api;
    requires dev.dmaops.backend.swiotlb;
    requires static org.jspecify;
    requires static com.google.auto.service;

    provides dev.dmaops.spi.DmaBackendProvider with
            dev.dmaops.backend.swiotlbxen.SwiotlbXenBackend;
}
