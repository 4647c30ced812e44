/** x86 PV under Xen: machine frames, exchange, a machine-contiguous pool. */
module dev.dmaops.backend.xenpv {
    requires transitive dev.dmaops.api;
    requires dev.dmaops.backend.swiotlb;
    requires static org.jspecify;
    requires static com.google.auto.service;

    provides dev.dmaops.spi.DmaBackendProvider with
            dev.dmaops.backend.xenpv.XenPvBackend;
}
