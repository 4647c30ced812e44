/** The dmaops command. */
module dev.dmaops.cli {
    requires dev.dmaops.api;
    requires dev.dmaops.firmware;
    requires dev.dmaops.runtime;
    requires dev.dmaops.trace;
    requires dev.dmaops.conformance;
    requires dev.dmaops.machine.linux;
    requires dev.dmaops.machine.sim;
    requires info.picocli;
    requires com.fasterxml.jackson.core;
    requires me.tongfei.progressbar;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.dmaops.cli.scene;
    exports dev.dmaops.cli.workload;

    // picocli sets the annotated fields.
    opens dev.dmaops.cli to
            info.picocli;
}
