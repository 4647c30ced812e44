/** Physical address plus bus offset, coherent allocation by zone. */
module dev.dmaops.backend.direct {
    requires transitive dev.dmaops.api;
    requires static org.jspecify;
    requires static com.google.auto.service;

    exports dev.dmaops.backend.direct;

    provides dev.dmaops.spi.DmaBackendProvider with
            dev.dmaops.backend.direct.DirectBackend;
}
