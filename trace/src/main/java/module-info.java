/** Reads ftrace captures of DMA events and replays them through a bounce pool. */
module dev.dmaops.trace {
    requires transitive dev.dmaops.api;
    requires dev.dmaops.firmware;
    requires com.fasterxml.jackson.core;
    requires static org.jspecify;

    exports dev.dmaops.trace;
    exports dev.dmaops.trace.event;
    exports dev.dmaops.trace.setup;
}
