/** Replays recordings of real kernels and compares every answer. */
module dev.dmaops.conformance {
    requires transitive dev.dmaops.api;
    requires dev.dmaops.firmware;
    requires transitive dev.dmaops.runtime;
    requires dev.dmaops.machine.sim;
    requires dev.dmaops.selection;
    requires com.fasterxml.jackson.core;
    requires org.tukaani.xz;
    requires static org.jspecify;

    exports dev.dmaops.conformance;

    uses dev.dmaops.spi.PlatformProvider;
}
