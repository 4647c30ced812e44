/** The dmaops command. */
module dev.dmaops.cli {
    requires dev.dmaops.runtime;
    requires dev.dmaops.firmware;
    requires dev.dmaops.conformance;
    requires dev.dmaops.machine.sim;
    requires info.picocli;
    requires com.fasterxml.jackson.core;
    requires me.tongfei.progressbar;
    requires org.slf4j;
    requires static org.jspecify;
}
