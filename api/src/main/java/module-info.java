/** The DMA API: what drivers hold and what backends implement. */
module dev.dmaops.api {
    requires static transitive org.jspecify;

    exports dev.dmaops.api;
    exports dev.dmaops.spi;

    uses dev.dmaops.spi.PlatformAssembler;
}
