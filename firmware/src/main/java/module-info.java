/**
 * What a system says about itself, read into neutral records: flattened device trees, kernel .config files, the kernel
 * command line and the kernel log. Nothing here decides how DMA is done; the platform modules draw the conclusions.
 */
module dev.dmaops.firmware {
    requires static transitive org.jspecify;
    requires org.tukaani.xz;

    exports dev.dmaops.firmware;
    exports dev.dmaops.firmware.cmdline;
    exports dev.dmaops.firmware.devicetree;
    exports dev.dmaops.firmware.kconfig;
    exports dev.dmaops.firmware.log;
}
