/** Configuration, assembly, binding of devices, checker, events, metrics. */
module dev.dmaops.runtime {
    requires transitive dev.dmaops.api;
    requires transitive dev.dmaops.firmware;
    requires dev.dmaops.selection;
    requires transitive com.google.guice;
    requires typesafe.config;
    requires org.slf4j;
    requires static org.jspecify;
    requires static com.google.auto.service;

    exports dev.dmaops.runtime;
    exports dev.dmaops.runtime.assembly;
    exports dev.dmaops.runtime.configuration;
    exports dev.dmaops.runtime.description;
    exports dev.dmaops.runtime.discovery;

    uses dev.dmaops.spi.BouncePoolProvider;
    uses dev.dmaops.spi.DmaBackendProvider;
    uses dev.dmaops.spi.MachineProvider;
    uses dev.dmaops.spi.PlatformProvider;

    provides dev.dmaops.spi.PlatformAssembler with
            dev.dmaops.runtime.RuntimeAssembler;
}
